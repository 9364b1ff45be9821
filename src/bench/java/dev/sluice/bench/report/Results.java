package dev.sluice.bench.report;

import dev.sluice.bench.load.LoadStats;
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

/** The figures of every proxy in every round, latency distributions, and notes. */
public final class Results {

    private final Map<Figure, Map<String, Map<Integer, Double>>> values = new EnumMap<>(Figure.class);
    private final Map<String, Histogram> latencies = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();

    public void add(Figure figure, String proxy, int round, double value) {
        values.computeIfAbsent(figure, none -> new LinkedHashMap<>())
                .computeIfAbsent(proxy, none -> new TreeMap<>())
                .put(round, value);
    }

    /** Adds to the latency distribution of a proxy at a constant rate. */
    public void addLatency(String proxy, Histogram latency) {
        latencies.merge(proxy, latency, (all, more) -> {
            all.add(more);
            return all;
        });
    }

    /** Notes failed requests, because they qualify the figures of that round. */
    public void noteFailures(String part, String proxy, int round, LoadStats.Interval seen) {
        if (seen.failures() > 0 || seen.responses() == 0) {
            note("%s, %s, round %d: %d responses, %d failures, the first: %s"
                    .formatted(part, proxy, round + 1, seen.responses(), seen.failures(), seen.firstFailure()));
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

    /** All proxies, in the order of their first measurement. */
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

    /** The ratios to HAProxy's figure in the same round, over the rounds that both have. */
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

    Map<String, Histogram> latencies() {
        return latencies;
    }

    Set<String> notes() {
        return notes;
    }

    private Map<Integer, Double> byRound(Figure figure, String proxy) {
        return values.getOrDefault(figure, Map.of()).getOrDefault(proxy, Map.of());
    }
}
