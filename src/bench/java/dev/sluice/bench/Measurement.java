package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Tally;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.report.Findings;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * One window of a load on one proxy.
 *
 * @param cpuMicros of the proxy's processes within the window
 * @param waitedMicros in which its threads were ready and had no core
 * @param ownPauses collections in the load's own JVM meanwhile
 */
record Measurement(Tally.Seen seen, double seconds, long cpuMicros, long waitedMicros, long ownPauses) {

    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    /** More failures than this, as a share, and the figures say nothing. */
    private static final double TOLERABLE_FAILURES = 0.001;

    static Measurement of(Load load, ProcessTree process, int windowSeconds) {
        load.tally().sinceLastLook();
        long collectionsBefore = collections();
        long waited = process.waitedMicros();
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        Pause.millis(windowSeconds * 1000L);
        Tally.Seen seen = load.tally().sinceLastLook();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Measurement(
                seen,
                seconds,
                process.cpuMicros() - cpu,
                process.waitedMicros() - waited,
                collections() - collectionsBefore);
    }

    /** Says so when the load itself paused: then the proxy's latency is not only the proxy's. */
    void noteOwnPauses(Findings findings, String part) {
        if (ownPauses > 0) {
            findings.note(part + ": the load's own JVM collected garbage within a window");
        }
    }

    /** So that the load's own JVM need not pause within the window: its pauses would be on the proxy's bill. */
    static void prepare() {
        System.gc();
    }

    private static long collections() {
        return COLLECTORS.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** Whole answers, or events where the load is streams. */
    long units() {
        return seen.events() > 0 ? seen.events() : seen.answers();
    }

    boolean valid() {
        return units() > 0 && seen.failures() <= TOLERABLE_FAILURES * seen.answers();
    }

    double perSecond() {
        return units() / seconds;
    }

    double cpuMicrosEach() {
        return (double) cpuMicros / units();
    }

    double waitedMicrosEach() {
        return (double) waitedMicros / units();
    }

    double latencyMicros(double percentile) {
        return seen.latency().getValueAtPercentile(percentile) / 1e3;
    }

    double firstByteMicros(double percentile) {
        return seen.firstByte().getValueAtPercentile(percentile) / 1e3;
    }
}
