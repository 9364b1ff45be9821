package dev.sluice.provider.admission;

import java.util.concurrent.TimeUnit;

/**
 * How long answers take when the provider is not crowded. While less than half of what is allowed runs, it follows what
 * is measured, for then a change is not our doing; while more runs, it only comes down. When answers stay slow although
 * half as many run as when they became slow, the provider has changed, and what is measured is the new baseline.
 *
 * <p>Not for several threads at once.
 */
final class LatencyBaseline {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The mean of fewer answers says little: their times differ with their prompts. */
    private static final int ENOUGH = 30;

    private final double tolerance;
    private double baseline;
    private long windowBegan;
    private double sum;
    private int count;
    private int most;
    /** Since answers are slow: how many ran at first, and how slow they were; 0 while they are not. */
    private int slowAt;

    private double slowMean;

    /** @param tolerance how many times the baseline is still well */
    LatencyBaseline(double tolerance) {
        this.tolerance = tolerance;
    }

    /**
     * Takes one answer's time.
     *
     * @return whether the provider has too much; true once a window at most
     */
    boolean crowded(long nowNanos, long tookNanos, int running, int limit) {
        if (count == 0) {
            windowBegan = nowNanos;
        }
        sum += tookNanos;
        count++;
        most = Math.max(most, running);
        if (count < ENOUGH || nowNanos - windowBegan < WINDOW_NANOS) {
            return false;
        }
        boolean crowded = judge(sum / count, most, limit);
        sum = 0;
        count = 0;
        most = 0;
        return crowded;
    }

    private boolean judge(double mean, int running, int limit) {
        boolean idle = 2 * running < limit;
        if (baseline == 0 || mean < baseline || idle) {
            baseline = baseline == 0 ? mean : baseline + (mean - baseline) / (idle ? 4 : 2);
        }
        if (mean <= tolerance * baseline) {
            slowAt = 0;
            return false;
        }
        if (slowAt == 0) {
            slowAt = running;
            slowMean = mean;
        } else if (2 * running <= slowAt && mean > 0.8 * slowMean) {
            baseline = mean;
            slowAt = 0;
            return false;
        }
        return true;
    }
}
