package dev.sluice.provider.admission;

import java.util.concurrent.TimeUnit;

/**
 * The latency of a provider without overload. While less than half of the limit is in use it follows the measured
 * latency, because a change is then not caused by the load; above that it only decreases. When responses stay slow
 * although half as many run as when they became slow, the provider itself has changed, and the measured latency is the
 * new baseline.
 *
 * <p>Not thread-safe.
 */
final class LatencyBaseline {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The mean of fewer responses is not significant: their times differ with their prompts. */
    private static final int MIN_SAMPLES = 30;

    private final double tolerance;
    private double baseline;
    private long windowStart;
    private double sum;
    private int count;
    private int maxRunning;
    /** The attempts that ran when responses became slow; 0 while they are not slow. */
    private int slowAt;

    private double slowMean;

    /** @param tolerance the multiple of the baseline up to which a latency is normal */
    LatencyBaseline(double tolerance) {
        this.tolerance = tolerance;
    }

    /**
     * Records the latency of one response.
     *
     * @return whether the provider is overloaded; true at most once per window
     */
    boolean isOverloaded(long nowNanos, long durationNanos, int running, int limit) {
        if (count == 0) {
            windowStart = nowNanos;
        }
        sum += durationNanos;
        count++;
        maxRunning = Math.max(maxRunning, running);
        if (count < MIN_SAMPLES || nowNanos - windowStart < WINDOW_NANOS) {
            return false;
        }
        boolean overloaded = isSlow(sum / count, maxRunning, limit);
        sum = 0;
        count = 0;
        maxRunning = 0;
        return overloaded;
    }

    private boolean isSlow(double mean, int running, int limit) {
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
