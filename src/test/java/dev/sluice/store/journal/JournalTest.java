package dev.sluice.store.journal;

import static dev.sluice.store.StoreRecords.NOW;
import static dev.sluice.store.StoreRecords.get;
import static dev.sluice.store.StoreRecords.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.LedgerRow;
import dev.sluice.model.Usage;
import dev.sluice.testkit.CapturedLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {

    private static final long SMALL = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void rowsAreReadAsTheyWereAppended() throws Exception {
        Journal journal = Journal.open(folder, SMALL);
        AttemptRecord odd = new AttemptRecord(
                "r\u4e2d\0",
                -3,
                null,
                "",
                "x".repeat(1024),
                null,
                "p",
                "\ud83d\ude00é",
                "chat",
                Usage.UNKNOWN,
                -1,
                CostSource.UNKNOWN,
                "cancelled",
                null,
                499,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                -1);

        journal.append(row("a"));
        journal.append(odd);

        List<LedgerRow> taken = journal.take(9);
        assertThat(taken.getFirst().attempt()).isEqualTo(row("a"));
        assertThat(taken.getLast().attempt())
                .usingRecursiveComparison()
                .ignoringFields("requestId")
                .isEqualTo(odd);
        assertThat(taken.getLast().attempt().requestId()).isEqualTo("r\u4e2d?");
        assertThat(journal.take(9)).isEmpty();
        journal.confirm();
        get(journal.close());
    }

    @Test
    void noFileRemainsWhenAllRowsAreConfirmed() throws Exception {
        Journal journal = Journal.open(folder, SMALL);
        journal.append(row("a"));
        journal.take(9);
        journal.confirm();

        get(journal.close());

        assertThat(files(".seg")).isEmpty();
        assertThat(files(".lock")).extracting(Path::getFileName).containsExactly(Path.of("journal.lock"));
    }

    @Test
    void unconfirmedRowsAreReplayedUntilTheyAreConfirmed() throws Exception {
        Journal first = Journal.open(folder, SMALL);
        first.append(row("a"));
        first.append(row("b"));
        first.take(1);
        get(first.close());

        Journal second = Journal.open(folder, SMALL);
        assertThat(second.replaying()).isTrue();
        assertThat(ids(second.take(9))).containsExactly("a", "b");
        get(second.close());

        Journal third = Journal.open(folder, SMALL);
        assertThat(ids(third.take(9))).containsExactly("a", "b");
        third.confirm();
        assertThat(third.replaying()).isFalse();
        get(third.close());
        assertThat(files(".seg")).isEmpty();
    }

    @Test
    void aDamagedHeaderIsReportedAndAnUnusedFileIsNot() throws Exception {
        Journal first = Journal.open(folder, SMALL);
        for (int i = 0; i < 3; i++) {
            first.append(row("r" + i));
        }
        get(first.close());
        Path segment = files(".seg").getFirst();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.write("garbage ".repeat(4096 / 8).getBytes(StandardCharsets.US_ASCII));
        }
        String unused = segment.toString().replace("-00000001", "-00000009");
        Files.write(Path.of(unused), new byte[4096]);

        try (CapturedLog log = CapturedLog.open()) {
            Journal second = Journal.open(folder, SMALL);

            assertThat(second.take(9)).isEmpty();
            assertThat(log.lines().stream().filter(line -> line.startsWith("WARN")))
                    .containsExactly("WARN " + segment.getFileName()
                            + ": its header is damaged, so its rows are lost; skipped 512 words of them");
            get(second.close());
        }
    }

    @Test
    void theJournalOfARunningProcessIsNotReplayed() throws Exception {
        Journal first = Journal.open(folder, SMALL);
        first.append(row("a"));

        Journal second = Journal.open(folder, SMALL);

        assertThat(second.replaying()).isFalse();
        assertThat(second.take(9)).isEmpty();
        assertThat(ids(first.take(9))).containsExactly("a");
        get(second.close());
        get(first.close());
    }

    @Test
    void aTornRowIsSkippedAndLaterRowsAreRead() throws Exception {
        Journal first = Journal.open(folder, SMALL);
        first.append(row("a"));
        first.append(row("torn"));
        first.append(row("unfinished"));
        first.append(row("d"));
        get(first.close());
        Path segment = files(".seg").getFirst();
        List<Integer> places = positions(segment);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            // A byte that never reached the page, and a row whose word was never written.
            file.seek(places.get(1) + Frames.WORD + 20);
            file.write(file.read() ^ 0xff);
            file.seek(places.get(2));
            file.writeLong(0);
        }

        Journal second = Journal.open(folder, SMALL);

        assertThat(ids(second.take(9))).containsExactly("a", "d");
        get(second.close());
    }

    @Test
    void rowNamesAreUnique() throws Exception {
        Journal first = Journal.open(folder, SMALL);
        first.append(row("same"));
        first.append(row("same"));
        List<LedgerRow> taken = first.take(9);
        get(first.close());
        Journal second = Journal.open(folder, SMALL);
        second.append(row("same"));

        List<LedgerRow> replayed = second.take(9);

        assertThat(replayed).containsSubsequence(taken);
        second.confirm();
        replayed.addAll(second.take(9));
        assertThat(replayed).extracting(LedgerRow::attempt).containsOnly(row("same"));
        assertThat(Set.copyOf(replayed)).hasSize(3);
        assertThat(replayed)
                .allMatch(row -> row.id() >= LedgerRow.firstId(NOW.toEpochMilli())
                        && row.id() < LedgerRow.firstId(NOW.toEpochMilli() + 1));
        second.confirm();
        get(second.close());
    }

    /** Before rows had names their version was 1, and the names were not there. */
    @Test
    void aRowOfVersionOneGetsTheSameNameEachTime() {
        RecordCodec codec = new RecordCodec();
        int length = codec.encode(LedgerRow.of(row("a"), 1, 1));
        byte[] before = new byte[length - 16];
        before[0] = 1;
        System.arraycopy(codec.bytes(), 17, before, 1, before.length - 1);

        LedgerRow read = new RecordCodec().decode(ByteBuffer.wrap(before));

        assertThat(read.attempt()).isEqualTo(row("a"));
        assertThat(codec.decode(ByteBuffer.wrap(before))).isEqualTo(read);
        before[0] = 3;
        assertThat(codec.decode(ByteBuffer.wrap(before))).isNull();
    }

    @Test
    void theTextOfARowIsNotReadAsARow() throws Exception {
        RecordCodec codec = new RecordCodec();
        int length = codec.encode(LedgerRow.of(row("forged"), 1, 1));
        byte[] frame = new byte[Frames.size(length)];
        int checksum = Frames.checksum(new CRC32C(), 0, Frames.HEADER, codec.bytes(), 0, length);
        ByteBuffer.wrap(frame).putLong(Frames.word(length, checksum)).put(codec.bytes(), 0, length);
        Journal first = Journal.open(folder, SMALL);
        first.append(row("a"));
        get(first.close());
        Path segment = files(".seg").getFirst();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(Frames.HEADER);
            file.write(frame);
        }

        Journal second = Journal.open(folder, SMALL);

        assertThat(ids(second.take(9))).isEmpty();
        second.confirm();
        get(second.close());
    }

    @Test
    void aFullJournalRefusesAndCountsAndRecovers() throws Exception {
        Journal journal = Journal.open(folder, SMALL);
        List<String> acknowledged = new ArrayList<>();
        int atFull = -1;
        for (int i = 0; journal.refused() == 0; i++) {
            if (atFull < 0 && journal.full()) {
                atFull = i;
            }
            // The reserves are made by another thread.
            boolean taken = journal.append(row("r" + i));
            if (taken) {
                acknowledged.add("r" + i);
            } else {
                assertThat(journal.full()).isTrue();
            }
        }
        assertThat(acknowledged.size() - atFull).as("room after full").isGreaterThan(500);
        assertThat(journal.append(row("more"))).isFalse();
        assertThat(journal.refused()).isEqualTo(2);

        List<String> read = new ArrayList<>();
        List<LedgerRow> rows = journal.take(100);
        while (!rows.isEmpty()) {
            read.addAll(ids(rows));
            journal.confirm();
            rows = journal.take(100);
        }

        assertThat(read).isEqualTo(acknowledged);
        await().until(() -> !journal.full() && journal.append(row("again")));
        get(journal.close());
    }

    @Test
    void concurrentAppendsLoseNoRow() throws Exception {
        Journal journal = Journal.open(folder, 8 << 20);
        int threads = 8;
        int each = 20_000;
        ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        List<String> read = new ArrayList<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                int writer = t;
                writers.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        String id = writer + "-" + i;
                        while (!journal.append(row(id))) {
                            Thread.onSpinWait();
                        }
                        acknowledged.add(id);
                    }
                });
            }
            writers.shutdown();
            while (read.size() < threads * each) {
                read.addAll(ids(journal.take(1000)));
                journal.confirm();
            }
        }

        assertThat(read).hasSize(threads * each);
        assertThat(new HashSet<>(read)).hasSize(threads * each).isEqualTo(Set.copyOf(acknowledged));
        get(journal.close());
        assertThat(files(".seg")).isEmpty();
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private static List<Integer> positions(Path segment) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
        List<Integer> places = new ArrayList<>();
        for (int place = Frames.HEADER; bytes.getLong(place) != 0; ) {
            places.add(place);
            place += Frames.size(Frames.length(bytes.getLong(place)));
        }
        return places;
    }

    private static List<String> ids(List<LedgerRow> rows) {
        return rows.stream().map(row -> row.attempt().requestId()).toList();
    }
}
