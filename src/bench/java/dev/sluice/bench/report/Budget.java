package dev.sluice.bench.report;

import java.util.Locale;

/**
 * What a figure of Sluice must not exceed: an amount, or a multiple of HAProxy's figure in the same round; with both,
 * either will do. NaN stands for no bound.
 */
record Budget(double amount, double times) {

    static final Budget NONE = new Budget(Double.NaN, Double.NaN);

    static Budget atMost(double amount) {
        return new Budget(amount, Double.NaN);
    }

    static Budget times(double times) {
        return new Budget(Double.NaN, times);
    }

    static Budget atMostOrTimes(double amount, double times) {
        return new Budget(amount, times);
    }

    boolean exists() {
        return !Double.isNaN(amount) || !Double.isNaN(times);
    }

    /** Whether there is enough to judge by: a ratio needs HAProxy in the run. */
    boolean judges(double ratio) {
        return !Double.isNaN(amount) || !Double.isNaN(times) && !Double.isNaN(ratio);
    }

    /** A comparison with NaN is false, as it should be here. */
    boolean met(double value, double ratio) {
        return value <= amount || ratio <= times;
    }

    @Override
    public String toString() {
        String most = Double.isNaN(amount) ? "" : String.format(Locale.ROOT, amount < 10 ? "≤ %.2f" : "≤ %.0f", amount);
        String multiple = Double.isNaN(times) ? "" : String.format(Locale.ROOT, "≤ %.1f ×", times);
        return most + (most.isEmpty() || multiple.isEmpty() ? "" : " or ") + multiple;
    }
}
