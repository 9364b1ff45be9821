package dev.sluice.bench.report;

import java.util.Collection;

/** Minimum, median and maximum of a figure over the rounds. */
record Spread(double min, double median, double max) {

    /** All NaN when there are no values. */
    static Spread of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    boolean exists() {
        return !Double.isNaN(median);
    }
}
