package dev.sluice.bench.soak;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The growth of one figure: the median of the last third of the run against that of the middle third. The first third
 * is warm-up.
 *
 * @param unit of the figures
 * @param floor growth below this is noise, in the figure's unit
 */
record Trend(String name, String unit, double floor, ToDoubleFunction<SoakSample> figure) {

    static final List<Trend> ALL = List.of(
            new Trend("heap after collection", "KiB", 4 * 1024, SoakSample::heapKib),
            new Trend("direct buffers", "KiB", 4 * 1024, SoakSample::directKib),
            new Trend("resident memory", "KiB", 16 * 1024, SoakSample::residentKib),
            new Trend("file descriptors", "", 64, SoakSample::fileDescriptors));

    /** Growth below this share is noise, too. */
    private static final double SHARE = 0.10;

    boolean grew(List<SoakSample> samples) {
        double growth = last(samples) - middle(samples);
        return growth > floor && growth > SHARE * middle(samples);
    }

    String describe(List<SoakSample> samples) {
        return String.format(
                Locale.ROOT,
                "%-22s middle third %,.0f %s, last third %,.0f %s: %s",
                name,
                middle(samples),
                unit,
                last(samples),
                unit,
                grew(samples) ? "GREW" : "no growth");
    }

    private double middle(List<SoakSample> samples) {
        return median(samples.subList(samples.size() / 3, samples.size() * 2 / 3));
    }

    private double last(List<SoakSample> samples) {
        return median(samples.subList(samples.size() * 2 / 3, samples.size()));
    }

    private double median(List<SoakSample> part) {
        double[] sorted = part.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
