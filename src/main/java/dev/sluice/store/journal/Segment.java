package dev.sluice.store.journal;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;

/**
 * A memory-mapped file of the journal. Any thread appends: it reserves a range, copies the row, and publishes it by
 * writing the row's word. Once copied, a row is in the kernel's page cache and survives this process. One thread reads.
 */
final class Segment {

    private static final VarHandle WORDS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long SEALED = 1L << 62;
    private static final int ZEROS = 64 * 1024;

    private final Path file;
    private final MappedByteBuffer map;
    private final long salt;
    private final AtomicLong end = new AtomicLong(Frames.HEADER);
    private final AtomicReference<Segment> next = new AtomicReference<>();
    /** Used by the forcing thread only. */
    private long forcedEnd = Frames.HEADER;

    private boolean again;

    private Segment(Path file, MappedByteBuffer map) {
        this.file = file;
        this.map = map;
        this.salt = ThreadLocalRandom.current().nextLong();
        map.putLong(0, Frames.MAGIC);
        map.putLong(8, salt);
    }

    /** Writes the whole file first: touching a mapped page without disk space would crash the process. */
    static Segment create(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
            for (long at = 0; at < size; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(ZEROS, size - at));
                channel.write(zeros, at);
            }
            return new Segment(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, size));
        } catch (IOException noRoom) {
            Files.deleteIfExists(file);
            throw noRoom;
        }
    }

    /** Reuses the mapped memory as an empty segment with another name, once all its rows are in the store. */
    Segment recycled(Path as) throws IOException {
        for (int at = 0; at < map.capacity(); at += Frames.WORD) {
            map.putLong(at, 0);
        }
        Files.move(file, as);
        return new Segment(as, map);
    }

    /** Appends a row; false when there is no room. After that the segment accepts no more rows. */
    boolean append(byte[] bytes, int length, CRC32C crc) {
        int size = Frames.size(length);
        long position;
        do {
            position = end.get();
            if (position + size > map.capacity()) {
                seal();
                return false;
            }
        } while (!end.compareAndSet(position, position + size));
        int at = (int) position;
        int checksum = Frames.checksum(crc, salt, at, bytes, 0, length);
        map.put(at + Frames.WORD, bytes, 0, length);
        WORDS.setRelease(map, at, Frames.word(length, checksum));
        return true;
    }

    void seal() {
        end.getAndUpdate(position -> position | SEALED);
    }

    /** The row at this position, or null when there is none or it is not published yet. */
    byte[] read(int position) {
        if (position + Frames.WORD > map.capacity()) {
            return null;
        }
        long word = (long) WORDS.getAcquire(map, position);
        if (word == 0) {
            return null;
        }
        byte[] bytes = new byte[Frames.length(word)];
        map.get(position + Frames.WORD, bytes);
        return bytes;
    }

    /** Whether no row will follow at or after this position. */
    boolean endsAt(int position) {
        return end.get() == (position | SEALED);
    }

    boolean isEmptyFrom(int position) {
        return (end.get() & ~SEALED) == position;
    }

    Segment next() {
        return next.get();
    }

    boolean linkNext(Segment segment) {
        return next.compareAndSet(null, segment);
    }

    /**
     * Forces new rows to disk. Rows that were reserved but not yet published are left to the next call, so one more
     * call follows the last change.
     */
    void force() {
        long now = end.get();
        if (now != forcedEnd || again) {
            map.force();
            again = now != forcedEnd;
            forcedEnd = now;
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
