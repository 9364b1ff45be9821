package dev.sluice.bench.report;

import dev.sluice.bench.load.Tally;
import dev.sluice.bench.proxy.Baselines;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Every figure of every proxy in every round, and what else the reader has to know. */
public final class Findings {

    private final Map<Figure, Map<String, Map<Integer, Double>>> values = new EnumMap<>(Figure.class);
    private final Map<String, Histogram> curves = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();

    public void add(Figure figure, String proxy, int round, double value) {
        values.computeIfAbsent(figure, none -> new LinkedHashMap<>())
                .computeIfAbsent(proxy, none -> new TreeMap<>())
                .put(round, value);
    }

    /** Adds to a proxy's latency distribution at a constant rate. */
    public void curve(String proxy, Histogram latency) {
        curves.merge(proxy, latency, (all, more) -> {
            all.add(more);
            return all;
        });
    }

    /** Says so when requests failed: a figure with failures behind it is not to be read alone. */
    public void failures(String part, String proxy, int round, Tally.Seen seen) {
        if (seen.failures() > 0 || seen.answers() == 0) {
            note("%s, %s, round %d: %d answers, %d failures, the first: %s"
                    .formatted(part, proxy, round + 1, seen.answers(), seen.failures(), seen.firstFailure()));
        }
    }

    public void note(String text) {
        notes.add(text);
    }

    public OptionalDouble median(Figure figure, String proxy) {
        Spread spread = spread(figure, proxy);
        return spread.exists() ? OptionalDouble.of(spread.median()) : OptionalDouble.empty();
    }

    Set<Figure> figures() {
        return values.keySet();
    }

    /** In the order in which they were first measured, in any figure. */
    List<String> proxies() {
        Set<String> names = new LinkedHashSet<>();
        values.values().forEach(byProxy -> names.addAll(byProxy.keySet()));
        return List.copyOf(names);
    }

    List<Double> rounds(Figure figure, String proxy) {
        return List.copyOf(byRound(figure, proxy).values());
    }

    Spread spread(Figure figure, String proxy) {
        return Spread.of(byRound(figure, proxy).values());
    }

    /** The ratio to HAProxy's figure in the same round, over the rounds that both have. */
    Spread ratio(Figure figure, String proxy) {
        Map<Integer, Double> haproxy = byRound(figure, Baselines.HAPROXY);
        List<Double> ratios = new ArrayList<>();
        byRound(figure, proxy).forEach((round, value) -> {
            Double base = haproxy.get(round);
            if (base != null && base > 0) {
                ratios.add(value / base);
            }
        });
        return Spread.of(ratios);
    }

    Map<String, Histogram> curves() {
        return curves;
    }

    Set<String> notes() {
        return notes;
    }

    private Map<Integer, Double> byRound(Figure figure, String proxy) {
        return values.getOrDefault(figure, Map.of()).getOrDefault(proxy, Map.of());
    }
}
