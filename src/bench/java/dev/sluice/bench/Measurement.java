package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Tally;
import dev.sluice.bench.measure.ProcessTree;

/**
 * One window of a load on one proxy.
 *
 * @param cpuMicros of the proxy's processes within the window
 */
record Measurement(Tally.Seen seen, double seconds, long cpuMicros) {

    /** More failures than this, as a share, and the figures say nothing. */
    private static final double TOLERABLE_FAILURES = 0.001;

    static Measurement of(Load load, ProcessTree process, int windowSeconds) {
        load.tally().sinceLastLook();
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        Pause.millis(windowSeconds * 1000L);
        Tally.Seen seen = load.tally().sinceLastLook();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Measurement(seen, seconds, process.cpuMicros() - cpu);
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

    double latencyMicros(double percentile) {
        return seen.latency().getValueAtPercentile(percentile) / 1e3;
    }

    double firstByteMicros(double percentile) {
        return seen.firstByte().getValueAtPercentile(percentile) / 1e3;
    }
}
