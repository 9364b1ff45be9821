package dev.sluice.bench.report;

import java.util.List;
import java.util.Locale;

/** One figure of all proxies as an inline SVG: a bar to the median, a whisker from minimum to maximum. */
record BarPlot(Results results, Figure figure) {

    private static final int WIDTH = 620;
    private static final int NAME = 80;
    private static final int VALUE = 90;
    private static final int ROW = 26;

    String svg() {
        List<String> proxies = results.proxies().stream()
                .filter(proxy -> results.spread(figure, proxy).exists())
                .toList();
        double max = proxies.stream()
                .mapToDouble(proxy -> results.spread(figure, proxy).max())
                .max()
                .orElse(1);
        double scale = (WIDTH - NAME - VALUE) / Math.max(max, 1e-9);
        StringBuilder svg =
                new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\">".formatted(WIDTH, ROW * proxies.size()));
        for (int i = 0; i < proxies.size(); i++) {
            svg.append(row(proxies.get(i), i * ROW, scale));
        }
        return svg.append("</svg>").toString();
    }

    private String row(String proxy, int top, double scale) {
        Spread spread = results.spread(figure, proxy);
        // Added latency can be negative when it is below the noise.
        double end = NAME + Math.max(0, spread.median()) * scale;
        return String.format(
                Locale.ROOT,
                """
                <text x="%d" y="%d" text-anchor="end">%s</text>
                <rect class="%s" x="%d" y="%d" width="%.1f" height="14"/>
                <path class="whisker" d="M%.1f %d H%.1f"/>
                <text x="%.1f" y="%d">%s</text>
                """,
                NAME - 8,
                top + 17,
                proxy,
                proxy,
                NAME,
                top + 6,
                end - NAME,
                NAME + Math.max(0, spread.min()) * scale,
                top + 13,
                NAME + Math.max(0, spread.max()) * scale,
                NAME + Math.max(0, spread.max()) * scale + 6,
                top + 17,
                Numbers.show(spread.median()));
    }
}
