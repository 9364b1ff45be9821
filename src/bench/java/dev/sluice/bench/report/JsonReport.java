package dev.sluice.bench.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The findings for machines: every round of every figure. */
public record JsonReport(Machine machine, Findings findings) {

    public String text() {
        JsonObject where = new JsonObject();
        machine.facts().forEach(where::put);
        JsonArray figures = new JsonArray();
        findings.figures().forEach(figure -> figures.add(figure(figure)));
        return new JsonObject()
                .put("machine", where)
                .put("figures", figures)
                .put("latency_us", curves())
                .put("notes", new JsonArray(findings.notes().stream().toList()))
                .encodePrettily();
    }

    private JsonObject figure(Figure figure) {
        JsonObject proxies = new JsonObject();
        for (String proxy : findings.proxies()) {
            if (findings.spread(figure, proxy).exists()) {
                proxies.put(
                        proxy,
                        spread(findings.spread(figure, proxy))
                                .put("rounds", new JsonArray(findings.rounds(figure, proxy)))
                                .put("ratio", spread(findings.ratio(figure, proxy))));
            }
        }
        return new JsonObject()
                .put("id", figure.id())
                .put("title", figure.title())
                .put("unit", figure.unit())
                .put("budget", figure.budget().toString())
                .put("verdict", Verdict.of(findings, figure).text())
                .put("proxies", proxies);
    }

    private JsonObject curves() {
        JsonObject curves = new JsonObject();
        findings.curves().forEach((proxy, latency) -> {
            JsonObject percentiles = new JsonObject();
            for (double percentile : LatencyPlot.PERCENTILES) {
                percentiles.put(Double.toString(percentile), latency.getValueAtPercentile(percentile) / 1e3);
            }
            curves.put(proxy, percentiles);
        });
        return curves;
    }

    /** Null where there is none: JSON knows no NaN. */
    private static JsonObject spread(Spread spread) {
        return spread.exists()
                ? new JsonObject()
                        .put("min", spread.least())
                        .put("median", spread.median())
                        .put("max", spread.most())
                : new JsonObject();
    }
}
