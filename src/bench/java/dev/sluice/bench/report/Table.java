package dev.sluice.bench.report;

import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.SluiceProxy;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** The results as a table on the terminal. */
public record Table(Results results) {

    private static final int TITLE = 44;
    private static final int COLUMN = 11;

    public void print(PrintWriter out) {
        List<String> others = new ArrayList<>(results.proxies());
        others.remove(SluiceProxy.NAME);
        StringBuilder head = new StringBuilder(left("median of the rounds", TITLE)).append(right("unit", 5));
        head.append(right(SluiceProxy.NAME, COLUMN));
        others.forEach(proxy -> head.append(right(proxy, COLUMN)));
        head.append(right("× " + Baselines.HAPROXY + " (min–max)", 26)).append("  budget");
        out.println();
        out.println(head);
        out.println("─".repeat(head.length() + 16));
        for (Figure figure : results.figures()) {
            out.println(row(figure, others));
        }
        results.notes().forEach(note -> out.println("note: " + note));
        out.flush();
    }

    private String row(Figure figure, List<String> others) {
        StringBuilder row = new StringBuilder(left(figure.title(), TITLE)).append(right(figure.unit(), 5));
        row.append(right(Numbers.show(results.spread(figure, SluiceProxy.NAME).median()), COLUMN));
        for (String proxy : others) {
            row.append(right(Numbers.show(results.spread(figure, proxy).median()), COLUMN));
        }
        row.append(right(Numbers.show(results.ratio(figure, SluiceProxy.NAME)), 26));
        Verdict verdict = Verdict.of(results, figure);
        return row.append("  ")
                .append(figure.budget())
                .append(' ')
                .append(verdict.text())
                .toString()
                .stripTrailing();
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }
}
