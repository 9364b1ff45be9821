package dev.sluice.store.journal;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.LedgerRow;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead journal of ledger rows. {@link #append} is thread-safe; {@link #take} and {@link #confirm} are for
 * one reader.
 *
 * <p>A row whose append has returned true survives a crash of this process, including {@code kill -9}. It reaches the
 * disk within {@link Segments#FORCE_EVERY}: a power failure may lose the rows of that time.
 */
public final class Journal {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
    private static final int MIN_SEGMENT_BYTES = 64 * 1024;
    /** One in use, two in reserve, and one for the rows of requests that are already admitted. */
    private static final int MIN_SEGMENTS = 4;

    private static final ThreadLocal<Writing> WRITING = ThreadLocal.withInitial(Writing::new);

    private final JournalFolder folder;
    private final Segments segments;
    private final int maxSegments;
    /** Sequence number of appended rows, including refused ones. */
    private final AtomicLong numbers = new AtomicLong();

    private final LongAdder refused = new LongAdder();
    private final AtomicInteger leftoverFiles;

    /** The fields below are used by the reader only. */
    private final RecordCodec codec = new RecordCodec();

    private final Deque<Path> leftovers;

    private final Deque<LedgerRow> replay = new ArrayDeque<>();
    private Path replaying;
    private Segment reading;
    private int position = Frames.HEADER;
    private final List<Segment> read = new ArrayList<>();
    private long takenRows;
    private volatile long confirmed;

    private Journal(JournalFolder folder, Segments segments, int maxSegments, AtomicInteger leftoverFiles) {
        this.folder = folder;
        this.segments = segments;
        this.maxSegments = maxSegments;
        this.reading = segments.current();
        this.leftovers = new ArrayDeque<>(folder.leftovers());
        this.leftoverFiles = leftoverFiles;
    }

    /**
     * Opens the journal. Blocks while it creates the first files.
     *
     * @param path folder of the journal; created when missing
     * @param maxBytes maximum total size of the segments of this process, including leftovers of earlier runs
     */
    public static Journal open(Path path, long maxBytes) throws IOException {
        long size = Math.clamp(maxBytes / MIN_SEGMENTS, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
        int maxSegments = (int) Math.max(MIN_SEGMENTS, maxBytes / size);
        JournalFolder folder = JournalFolder.open(path);
        try {
            AtomicInteger leftovers = new AtomicInteger(folder.leftovers().size());
            Segments segments = Segments.start(folder, (int) size, () -> maxSegments - leftovers.get());
            return new Journal(folder, segments, maxSegments, leftovers);
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Appends a row without locks or system calls. Returns false, and counts the row as refused, when there is no room.
     * This does not happen if requests are admitted only while the journal is not {@link #full}.
     */
    public boolean append(AttemptRecord row) {
        Writing writing = WRITING.get();
        int length = writing.codec.encode(LedgerRow.of(row, folder.id(), numbers.getAndIncrement()));
        boolean taken = segments.append(writing.codec.bytes(), length, writing.crc);
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    /** Whether new requests must be refused. There is still room for the rows of admitted requests. */
    public boolean full() {
        return segments.used() + leftoverFiles.get() >= maxSegments - 1 || segments.diskFull();
    }

    /** Rows refused since the start. */
    public long refused() {
        return refused.sum();
    }

    /** Rows of this run that are not in the store yet. */
    public long waiting() {
        return numbers.get() - refused.sum() - confirmed;
    }

    /** Whether rows of an earlier run remain to be taken. */
    public boolean replaying() {
        return leftoverFiles.get() > 0;
    }

    /** The next rows, up to the given number. Blocks while it reads a segment of an earlier run. */
    public List<LedgerRow> take(int limit) throws IOException {
        List<LedgerRow> rows = new ArrayList<>();
        while (rows.size() < limit && fillReplay()) {
            rows.add(replay.poll());
        }
        while (rows.size() < limit && leftovers.isEmpty() && replay.isEmpty()) {
            byte[] bytes = reading.read(position);
            if (bytes != null) {
                add(rows, bytes);
                takenRows++;
                position += Frames.size(bytes.length);
            } else if (!nextSegment()) {
                break;
            }
        }
        return rows;
    }

    /**
     * The rows of this run that were not taken yet, without taking them. Blocks like {@link #take}; for its reader, and
     * only while no rows are taken but not confirmed.
     */
    public List<LedgerRow> peek() {
        List<LedgerRow> rows = new ArrayList<>();
        Segment segment = reading;
        int at = position;
        while (segment != null) {
            byte[] bytes = segment.read(at);
            if (bytes != null) {
                add(rows, bytes);
                at += Frames.size(bytes.length);
            } else {
                segment = segment.endsAt(at) ? segment.next() : null;
                at = Frames.HEADER;
            }
        }
        return rows;
    }

    /** Confirms that all taken rows are in the store. Segments without other rows are deleted or reused. */
    public void confirm() throws IOException {
        if (replaying != null && replay.isEmpty()) {
            Files.deleteIfExists(replaying);
            replaying = null;
            leftoverFiles.decrementAndGet();
        }
        confirmed = takenRows;
        read.forEach(segments::release);
        read.clear();
    }

    /** Forces all rows to disk, and deletes the files when all rows are in the store. */
    public Future<Void> close() {
        return segments.close(() -> {
            if (takenRows == confirmed && reading.isEmptyFrom(position) && reading.next() == null) {
                segments.delete();
            }
            folder.close();
        });
    }

    /** Replays one leftover segment at a time; its file is deleted when all its rows are confirmed. */
    private boolean fillReplay() throws IOException {
        if (replay.isEmpty() && replaying == null && !leftovers.isEmpty()) {
            replaying = leftovers.peek();
            replay.addAll(SegmentReplay.rows(replaying));
            leftovers.poll();
            LOG.info("Replaying {} rows of an earlier run", replay.size());
        }
        return !replay.isEmpty();
    }

    private boolean nextSegment() {
        Segment next = reading.next();
        if (next == null || !reading.endsAt(position)) {
            return false;
        }
        read.add(reading);
        reading = next;
        position = Frames.HEADER;
        return true;
    }

    private void add(List<LedgerRow> rows, byte[] bytes) {
        LedgerRow row = codec.decode(ByteBuffer.wrap(bytes));
        if (row == null) {
            throw new IllegalStateException("a journal row written by this process is unreadable");
        }
        rows.add(row);
    }

    private static final class Writing {
        final RecordCodec codec = new RecordCodec();
        final CRC32C crc = new CRC32C();
    }
}
