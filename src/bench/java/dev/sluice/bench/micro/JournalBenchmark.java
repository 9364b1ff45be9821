package dev.sluice.bench.micro;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Usage;
import dev.sluice.store.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Appends ledger rows to the journal, so that they survive the process. Every attempt waits for its row. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JournalBenchmark {

    private static final int ROWS = 50_000;
    private static final long ROOM = 256L << 20;

    private final AttemptRecord row = new AttemptRecord(
            "req_qw56fh2trevr4vwcgrmzt34qn5",
            1,
            "bench",
            "core",
            "gold",
            "bench-whole",
            "openai",
            "gpt-4o-mini",
            "chat",
            new Usage(500, 200, 0, 0, true),
            195_000,
            CostSource.COMPUTED,
            "ok",
            null,
            200,
            1_741_569_952_000L,
            800,
            200);
    private Path folder;
    private Journal journal;

    @Setup(Level.Invocation)
    public void open() throws IOException {
        folder = Files.createTempDirectory("sluice-bench-journal");
        journal = Journal.open(folder, ROOM);
    }

    @TearDown(Level.Invocation)
    public void close() throws IOException {
        journal.close().toCompletionStage().toCompletableFuture().join();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void append() {
        for (int i = 0; i < ROWS; i++) {
            if (!journal.append(row)) {
                throw new IllegalStateException("no room for row " + i);
            }
        }
    }
}
