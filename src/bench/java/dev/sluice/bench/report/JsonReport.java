package dev.sluice.bench.report;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The results as JSON: every round of every figure. */
public record JsonReport(Machine machine, Results results) {

    public String text() {
        JsonObject where = new JsonObject();
        machine.facts().forEach(where::put);
        JsonArray figures = new JsonArray();
        results.figures().forEach(figure -> figures.add(figure(figure)));
        return new JsonObject()
                .put("machine", where)
                .put("figures", figures)
                .put("latency_us", curves())
                .put("notes", new JsonArray(results.notes().stream().toList()))
                .encodePrettily();
    }

    private JsonObject figure(Figure figure) {
        JsonObject proxies = new JsonObject();
        for (String proxy : results.proxies()) {
            if (results.spread(figure, proxy).exists()) {
                proxies.put(
                        proxy,
                        spread(results.spread(figure, proxy))
                                .put("rounds", new JsonArray(results.rounds(figure, proxy)))
                                .put("ratio", spread(results.ratio(figure, proxy))));
            }
        }
        return new JsonObject()
                .put("id", figure.id())
                .put("title", figure.title())
                .put("unit", figure.unit())
                .put("budget", figure.budget().toString())
                .put("verdict", Verdict.of(results, figure).text())
                .put("proxies", proxies);
    }

    private JsonObject curves() {
        JsonObject curves = new JsonObject();
        results.latencies().forEach((proxy, latency) -> {
            JsonObject percentiles = new JsonObject();
            for (double percentile : LatencyPlot.PERCENTILES) {
                percentiles.put(Double.toString(percentile), latency.getValueAtPercentile(percentile) / 1e3);
            }
            curves.put(proxy, percentiles);
        });
        return curves;
    }

    /** Empty where there is no figure, because JSON has no NaN. */
    private static JsonObject spread(Spread spread) {
        return spread.exists()
                ? new JsonObject()
                        .put("min", spread.min())
                        .put("median", spread.median())
                        .put("max", spread.max())
                : new JsonObject();
    }
}
