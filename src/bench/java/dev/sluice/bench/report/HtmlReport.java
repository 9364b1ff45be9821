package dev.sluice.bench.report;

import dev.sluice.bench.proxy.SluiceProxy;
import java.util.stream.Collectors;

/** The results as one self-contained HTML file. */
public record HtmlReport(Machine machine, Results results) {

    public String text() {
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Sluice, measured</title><style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2733 }
            table { border-collapse: collapse; width: 100%% } td, th { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #e3e8ee }
            td:first-child, th:first-child { text-align: left } .MISSED { color: #b3261e; font-weight: 600 } .MET { color: #1a7f4b }
            dl { display: grid; grid-template-columns: 8rem 1fr; gap: .1rem 1rem } dt { color: #5c6b7a } dd { margin: 0 }
            svg { width: 100%%; height: auto; max-width: 46rem } svg text { font: 12px system-ui, sans-serif; fill: #3c4855 }
            rect, .fill { fill: #9fb3c8 } .sluice { fill: #1f77b4 } .haproxy { fill: #7a8794 } .nginx { fill: #59a14f } .vertx { fill: #8e6bbf }
            .whisker { stroke: #1d2733; stroke-width: 2; fill: none } .grid { stroke: #e3e8ee; fill: none } polyline { fill: none; stroke-width: 2; stroke: #9fb3c8 }
            .sluice-line { stroke: #1f77b4 } .haproxy-line { stroke: #7a8794 } .nginx-line { stroke: #59a14f } .vertx-line { stroke: #8e6bbf }
            svg .sluice-text { fill: #1f77b4 } svg .haproxy-text { fill: #7a8794 } svg .nginx-text { fill: #59a14f } svg .vertx-text { fill: #8e6bbf }
            </style></head><body>
            <h1>Sluice, measured</h1><dl>%s</dl>%s
            <h2>Figures</h2><p>Median of the rounds; the ratio is to HAProxy in the same round.</p>
            <table><tr><th>figure</th><th>unit</th><th>sluice (min–max)</th><th>× haproxy (min–max)</th><th>budget</th><th></th></tr>%s</table>
            <h2>Latency at a constant rate</h2>%s
            <h2>All proxies</h2>%s
            </body></html>
            """.formatted(
                machine.facts().entrySet().stream()
                        .map(fact -> "<dt>" + escape(fact.getKey()) + "</dt><dd>" + escape(fact.getValue()) + "</dd>")
                        .collect(Collectors.joining()),
                results.notes().stream()
                        .map(note -> "<p>Note: " + escape(note) + "</p>")
                        .collect(Collectors.joining()),
                results.figures().stream().map(this::row).collect(Collectors.joining("\n")),
                results.latencies().isEmpty()
                        ? "<p>Not measured in this run.</p>"
                        : new LatencyPlot(results.latencies()).svg(),
                results.figures().stream()
                        .map(figure -> "<h3>" + escape(figure.title()) + ", " + figure.unit() + "</h3>"
                                + new BarPlot(results, figure).svg())
                        .collect(Collectors.joining("\n")));
    }

    private String row(Figure figure) {
        Verdict verdict = Verdict.of(results, figure);
        return "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td class=\"%s\">%s</td></tr>"
                .formatted(
                        escape(figure.title()),
                        figure.unit(),
                        Numbers.show(results.spread(figure, SluiceProxy.NAME)),
                        Numbers.show(results.ratio(figure, SluiceProxy.NAME)),
                        figure.budget(),
                        verdict.name(),
                        verdict.text());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
