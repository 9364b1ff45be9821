package dev.sluice.store;

import static dev.sluice.store.StoreRecords.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.LedgerRow;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed twenty times while it writes; each acknowledged row is in the ledger once. */
final class AcknowledgedRowsSurviveAKillIT {

    private static final int KILLS = 20;
    private static final int LATEST_MILLIS = 900;

    @TempDir
    Path folder;

    @Test
    void sqliteHasEveryAcknowledgedRowOnce() throws Exception {
        killAndCount("sqlite:" + folder.resolve("sluice.db"), 6001);
    }

    @Test
    void postgresHasEveryAcknowledgedRowOnce() throws Exception {
        killAndCount(RunningPostgres.shared().newDatabase(), 6002);
    }

    private void killAndCount(String url, long seed) throws Exception {
        Path journal = folder.resolve("journal");
        Random random = new Random(seed);
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < KILLS; round++) {
            acknowledged.addAll(killed(url, journal, round, random.nextInt(LATEST_MILLIS)));
        }
        assertThat(acknowledged).as("rows acknowledged, seed %d", seed).hasSizeGreaterThan(KILLS * 100);

        Vertx vertx = Vertx.vertx();
        Store store = get(Store.open(vertx, StoreRecords.config(url, journal, 256 << 20), StoreRecords.ANY_MODEL));
        get(store.ready());
        List<String> found = ledger(store);
        UsageRow sum = get(store.usage()
                        .query(new UsageQuery(
                                Instant.EPOCH, Instant.now().plus(1, ChronoUnit.DAYS), Set.of(), Map.of(), 0, 1)))
                .getFirst();
        Set<String> distinct = new HashSet<>(found);

        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(distinct);
        assertThat(lost).as("lost, seed %d", seed).isEmpty();
        assertThat(found).as("rows, seed %d", seed).hasSize(distinct.size());
        assertThat(sum.attempts()).as("summed, seed %d", seed).isEqualTo(found.size());
        assertThat(sum.costNanoUsd()).isEqualTo(1000L * found.size());
        get(store.close());
        get(vertx.close());
    }

    /** Starts the process, kills it the given time after its first row, and returns the acknowledged ids. */
    private static List<String> killed(String url, Path journal, int round, int millis) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KillTarget.class.getName(),
                        url,
                        journal.toString(),
                        "r" + round)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> ids = new ArrayList<>();
        CountDownLatch first = new CountDownLatch(1);
        Thread reader = Thread.ofPlatform().start(() -> read(process, ids, first));
        try {
            assertThat(first.await(30, TimeUnit.SECONDS)).as("it started").isTrue();
            LockSupport.parkUntil(System.currentTimeMillis() + millis);
        } finally {
            process.destroyForcibly();
            process.waitFor();
            reader.join();
        }
        assertThat(ids).as("round %d", round).isNotEmpty();
        return ids;
    }

    /** Whole lines with an id; the log is on the same output. */
    private static void read(Process process, List<String> ids, CountDownLatch first) {
        StringBuilder line = new StringBuilder();
        try (BufferedReader out = process.inputReader()) {
            for (int c; (c = out.read()) >= 0; ) {
                if (c != '\n') {
                    line.append((char) c);
                    continue;
                }
                if (line.toString().matches("r\\d+-\\d+-\\d+")) {
                    ids.add(line.toString());
                    first.countDown();
                }
                line.setLength(0);
            }
        } catch (java.io.IOException ended) {
            first.countDown();
        }
        first.countDown();
    }

    private static List<String> ledger(Store store) throws Exception {
        List<String> ids = new ArrayList<>();
        List<LedgerRow> page = ledger(store, null);
        while (!page.isEmpty()) {
            page.forEach(row -> ids.add(row.attempt().requestId()));
            LedgerRow last = page.getLast();
            page = ledger(store, new LedgerQuery.Cursor(last.id(), last.process()));
        }
        return ids;
    }

    private static List<LedgerRow> ledger(Store store, LedgerQuery.Cursor after) throws Exception {
        Instant end = Instant.now().plus(1, ChronoUnit.DAYS);
        return get(store.ledger().list(new LedgerQuery(Instant.EPOCH, end, null, null, null, after, 5000)));
    }
}
