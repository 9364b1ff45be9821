package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadStats;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.report.Results;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * One measured window of a load on one proxy.
 *
 * @param cpuMicros CPU time of the proxy's processes within the window
 * @param runQueueMicros time in which its threads were runnable but had no core
 * @param loadCollections garbage collections in the load generator's JVM within the window
 */
record Measurement(
        LoadStats.Interval interval, double seconds, long cpuMicros, long runQueueMicros, long loadCollections) {

    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    /** With a higher share of failures the window gives no figures. */
    private static final double MAX_FAILURE_SHARE = 0.001;

    static Measurement of(Load load, ProcessTree process, int windowSeconds) {
        load.stats().takeInterval();
        long collectionsBefore = collections();
        long runQueue = process.runQueueMicros();
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        Pause.millis(windowSeconds * 1000L);
        LoadStats.Interval seen = load.stats().takeInterval();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Measurement(
                seen,
                seconds,
                process.cpuMicros() - cpu,
                process.runQueueMicros() - runQueue,
                collections() - collectionsBefore);
    }

    /** Notes collections in the load generator, because its pauses add to the measured latency. */
    void noteLoadCollections(Results results, String part) {
        if (loadCollections > 0) {
            results.note(part + ": the load generator collected garbage within a window");
        }
    }

    /** Collects garbage in the load generator before a window, so that it does not pause within it. */
    static void collectGarbage() {
        System.gc();
    }

    private static long collections() {
        return COLLECTORS.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** The unit of cost: complete responses, or events where the load is streams. */
    long units() {
        return interval.events() > 0 ? interval.events() : interval.responses();
    }

    boolean valid() {
        return units() > 0 && interval.failures() <= MAX_FAILURE_SHARE * interval.responses();
    }

    double perSecond() {
        return units() / seconds;
    }

    double cpuMicrosEach() {
        return (double) cpuMicros / units();
    }

    double runQueueMicrosEach() {
        return (double) runQueueMicros / units();
    }

    double latencyMicros(double percentile) {
        return interval.latency().getValueAtPercentile(percentile) / 1e3;
    }

    double firstByteMicros(double percentile) {
        return interval.firstByte().getValueAtPercentile(percentile) / 1e3;
    }
}
