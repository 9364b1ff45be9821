package dev.sluice.bench.report;

import java.util.Locale;

/**
 * The limit of a figure of Sluice: an amount, or a multiple of HAProxy's figure in the same round. With both, meeting
 * one is enough. NaN means no limit.
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

    /** True if the budget can be judged: a ratio needs HAProxy in the run. */
    boolean judges(double ratio) {
        return !Double.isNaN(amount) || !Double.isNaN(times) && !Double.isNaN(ratio);
    }

    /** A limit of NaN is never met, because comparisons with NaN are false. */
    boolean met(double value, double ratio) {
        return value <= amount || ratio <= times;
    }

    @Override
    public String toString() {
        String max = Double.isNaN(amount) ? "" : String.format(Locale.ROOT, amount < 10 ? "≤ %.2f" : "≤ %.0f", amount);
        String multiple = Double.isNaN(times) ? "" : String.format(Locale.ROOT, "≤ %.1f ×", times);
        return max + (max.isEmpty() || multiple.isEmpty() ? "" : " or ") + multiple;
    }
}
