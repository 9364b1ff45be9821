package dev.sluice.bench.report;

import java.util.Locale;

/** Formats figures with about three significant digits. */
final class Numbers {

    private Numbers() {}

    static String show(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return "–";
        }
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** The median with minimum and maximum. */
    static String show(Spread spread) {
        return spread.exists()
                ? show(spread.median()) + " (" + show(spread.min()) + "–" + show(spread.max()) + ")"
                : "–";
    }
}
