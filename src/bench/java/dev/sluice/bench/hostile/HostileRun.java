package dev.sluice.bench.hostile;

import dev.sluice.bench.Pause;
import dev.sluice.bench.Progress;
import dev.sluice.bench.proxy.JvmCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A thousand hostile connections (or another number) of each kind, one kind after the other, each against a Sluice of
 * its own with a small heap that ends when memory runs out. Ordinary callers are measured before and during it.
 */
public final class HostileRun {

    private static final String HEAP = "512m";
    private static final long BEFORE_MILLIS = 4_000;
    private static final long SETTLE_MILLIS = 2_000;
    /** After the hostile connections have closed, everything must be returned within this time. */
    private static final int QUIET_SECONDS = 40;

    /** Heap, as much again for direct buffers, and what the JVM needs besides. */
    private static final double MOST_RESIDENT_MIB = 512 + 512 + 300;

    private static final double MOST_HEAP_GROWTH_MIB = 20;
    private static final double MIB = 1024 * 1024;

    private static final List<String> HELD =
            List.of("sluice_in_flight", "sluice_open_streams", "sluice_memory_used_bytes", "sluice_uploads_used_bytes");

    private final Path directory;
    private final JvmCommand jvm;
    private final Progress progress;
    private final List<String> rows = new ArrayList<>();

    public HostileRun(Path directory, JvmCommand jvm, Progress progress) {
        this.directory = directory.resolve("hostile");
        this.jvm = jvm;
        this.progress = progress;
    }

    /** @return true if each process lived, served the ordinary callers and held nothing afterwards */
    public boolean run(int connections, int seconds, Set<String> only) throws IOException {
        Set<String> unknown = new TreeSet<>(only);
        for (HostileKind kind : HostileKind.values()) {
            unknown.remove(nameOf(kind));
        }
        if (!unknown.isEmpty()) {
            throw new IOException("--only: unknown kinds of hostile callers: " + unknown);
        }
        boolean passed = true;
        rows.add("| " + connections
                + " connections | without them, p50 / p99 ms | beside them, p50 / p99 / max ms | ratio of p50 /"
                + " p99 | failed | connections made | resident MiB | heap before / under attack / after MiB |"
                + " afterwards |");
        rows.add("|---|---|---|---|---|---|---|---|---|");
        for (HostileKind kind : HostileKind.values()) {
            String name = nameOf(kind);
            if (only.isEmpty() || only.contains(name)) {
                progress.say("%s: %s", name, kind.description);
                passed &= measure(kind, connections, seconds);
                progress.say("%s", rows.getLast());
            }
        }
        Path report = Files.write(directory.resolve("hostile.md"), rows);
        progress.say("%s; written: %s", passed ? "all were served" : "FAILED", report);
        return passed;
    }

    private static String nameOf(HostileKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private boolean measure(HostileKind kind, int connections, int seconds) throws IOException {
        try (HostileUpstream upstream = new HostileUpstream();
                HostileGateway gateway = HostileGateway.start(directory, jvm, HEAP, upstream.port(), kind.secure())) {
            GoodCallers callers = new GoodCallers(gateway);
            callers.call(BEFORE_MILLIS);
            GoodCallers.Measured before = callers.call(BEFORE_MILLIS);
            double heapBefore = gateway.heapAfterCollection() / MIB;
            long descriptors = gateway.process().fileDescriptors();
            GoodCallers.Measured during;
            double heap;
            long made;
            Peak peak = new Peak(gateway);
            try (HostileCallers hostile = new HostileCallers(directory, jvm, kind, connections, gateway)) {
                Pause.millis(SETTLE_MILLIS);
                during = callers.call(seconds * 1000L);
                heap = gateway.alive() ? gateway.heapAfterCollection() / MIB : Double.NaN;
                made = hostile.made();
            }
            peak.close();
            boolean quiet = gateway.alive() && isQuiet(gateway, descriptors + connections / 2);
            double heapAfter = gateway.alive() ? gateway.heapAfterCollection() / MIB : Double.NaN;
            double resident = peak.residentKib / 1024.0;
            List<String> faults = new ArrayList<>();
            addIf(faults, !gateway.alive(), "DIED");
            addIf(faults, gateway.alive() && !quiet, "HOLDS SOMETHING: " + held(gateway));
            addIf(faults, during.failures() > 0, "FAILURES: " + during.firstFailure());
            addIf(faults, resident > MOST_RESIDENT_MIB, "RESIDENT MEMORY");
            addIf(faults, heapAfter > heapBefore + MOST_HEAP_GROWTH_MIB, "HEAP GREW");
            rows.add(String.format(
                    Locale.ROOT,
                    "| %s | %.1f / %.1f | %.1f / %.1f / %.0f | %.1f / %.1f | %d of %d | %,d | %.0f | %.0f / %.0f /"
                            + " %.0f | %s |",
                    kind.description,
                    before.percentile(0.5),
                    before.percentile(0.99),
                    during.percentile(0.5),
                    during.percentile(0.99),
                    during.percentile(1),
                    during.percentile(0.5) / before.percentile(0.5),
                    during.percentile(0.99) / before.percentile(0.99),
                    during.failures(),
                    during.latencies().size(),
                    made,
                    resident,
                    heapBefore,
                    heap,
                    heapAfter,
                    faults.isEmpty() ? "nothing is held" : String.join("; ", faults)));
            return faults.isEmpty();
        }
    }

    private static void addIf(List<String> faults, boolean wrong, String fault) {
        if (wrong) {
            faults.add(fault);
        }
    }

    private static String held(HostileGateway gateway) {
        return HELD.stream().map(name -> name + " " + gateway.metric(name)).toList() + ", descriptors "
                + gateway.process().fileDescriptors();
    }

    private static boolean isQuiet(HostileGateway gateway, long mostDescriptors) {
        for (int i = 0; i < QUIET_SECONDS; i++) {
            if (HELD.stream().allMatch(name -> gateway.metric(name) == 0)
                    && gateway.process().fileDescriptors() <= mostDescriptors) {
                return true;
            }
            Pause.millis(1_000);
        }
        return false;
    }

    /** The highest figures of the process, sampled twice a second. */
    private static final class Peak implements AutoCloseable {

        private volatile long residentKib;
        private volatile boolean over;

        Peak(HostileGateway gateway) {
            Thread.ofPlatform().daemon().name("peak").start(() -> {
                while (!over) {
                    residentKib = Math.max(residentKib, gateway.process().residentKib());
                    Pause.millis(500);
                }
            });
        }

        @Override
        public void close() {
            over = true;
        }
    }
}
