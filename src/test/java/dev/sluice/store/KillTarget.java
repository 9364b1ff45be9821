package dev.sluice.store;

import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that the test kills: appends a thousand rows a second from four threads, and prints the id of each once
 * it is appended. Exits by itself after a while if it is not killed.
 */
final class KillTarget {

    private static final int THREADS = 4;
    private static final int PER_SECOND = 1000;
    private static final long LIFE_SECONDS = 30;

    private KillTarget() {}

    /** Arguments: the store's URL, the journal's folder, the round. */
    public static void main(String... words) throws Exception {
        // Unbuffered: a line is out before the next row is appended.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        Store store = Store.open(
                        Vertx.vertx(),
                        StoreRecords.config(words[0], Path.of(words[1]), 256 << 20),
                        StoreRecords.ANY_MODEL)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIFE_SECONDS);
        for (int t = 0; t < THREADS; t++) {
            String writer = words[2] + "-" + t + "-";
            Thread.ofPlatform().start(() -> write(store, writer, end, out));
        }
        LockSupport.parkUntil(System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(LIFE_SECONDS));
        Runtime.getRuntime().halt(0);
    }

    private static void write(Store store, String writer, long end, PrintStream out) {
        long gap = TimeUnit.SECONDS.toNanos(THREADS) / PER_SECOND;
        long due = System.nanoTime();
        for (int i = 0; due < end; i++, due += gap) {
            for (long wait; (wait = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(wait);
            }
            String id = writer + i;
            if (store.append(StoreRecords.row(id, 1, "k" + i % 7, "openai", "ok", 1000, Instant.now()))) {
                byte[] line = (id + "\n").getBytes(StandardCharsets.UTF_8);
                out.write(line, 0, line.length);
            }
        }
    }
}
