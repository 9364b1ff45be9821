package dev.sluice.bench.report;

import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Latency by percentile as an inline SVG. Both axes are logarithmic: nines to the right, microseconds upwards. */
record LatencyPlot(Map<String, Histogram> curves) {

    static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};

    private static final int WIDTH = 620;
    private static final int HEIGHT = 300;
    private static final int MARGIN = 50;
    private static final double MAX_NINES = 4;
    /** The vertical axis, as powers of ten of microseconds: from 10 µs to 100 ms. */
    private static final double LOWEST = 1;

    private static final double HIGHEST = 5;

    String svg() {
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, HEIGHT));
        for (double percentile : new double[] {50, 90, 99, 99.9, 99.99}) {
            svg.append(grid("M%.1f %d V%d".formatted(x(percentile), y(HIGHEST), y(LOWEST))));
            svg.append(text(x(percentile), HEIGHT - 30, "p" + trim(percentile)));
        }
        for (int power = (int) LOWEST; power <= HIGHEST; power++) {
            svg.append(grid("M%d %d H%d".formatted(MARGIN, y(power), WIDTH - MARGIN)));
            svg.append(text(
                    MARGIN / 2.0,
                    y(power) + 4,
                    power < 3 ? (int) Math.pow(10, power) + " µs" : (int) Math.pow(10, power - 3.0) + " ms"));
        }
        int label = 0;
        for (Map.Entry<String, Histogram> curve : curves.entrySet()) {
            svg.append(curve(curve.getKey(), curve.getValue()));
            svg.append("<text class=\"%s-text\" x=\"%d\" y=\"%d\">%s</text>"
                    .formatted(curve.getKey(), MARGIN + 20, 30 + 16 * label++, curve.getKey()));
        }
        return svg.append("</svg>").toString();
    }

    private static String curve(String proxy, Histogram latency) {
        StringBuilder points = new StringBuilder();
        for (double percentile : PERCENTILES) {
            double micros = Math.max(1, latency.getValueAtPercentile(percentile) / 1e3);
            points.append(String.format(Locale.ROOT, "%.1f,%d ", x(percentile), y(Math.log10(micros))));
        }
        return "<polyline class=\"%s-line\" points=\"%s\"/>"
                .formatted(proxy, points.toString().strip());
    }

    private static double x(double percentile) {
        double nines = -Math.log10(1 - percentile / 100);
        return MARGIN + nines / MAX_NINES * (WIDTH - 2.0 * MARGIN);
    }

    private static int y(double power) {
        double share = (Math.min(HIGHEST, Math.max(LOWEST, power)) - LOWEST) / (HIGHEST - LOWEST);
        return (int) Math.round(HEIGHT - MARGIN - share * (HEIGHT - MARGIN - 14.0));
    }

    private static String grid(String path) {
        return "<path class=\"grid\" d=\"" + path + "\"/>";
    }

    private static String text(double x, int y, String text) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, y, text);
    }

    private static String trim(double percentile) {
        return percentile == Math.rint(percentile) ? Integer.toString((int) percentile) : Double.toString(percentile);
    }
}
