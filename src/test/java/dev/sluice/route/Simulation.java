package dev.sluice.route;

import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.StableHash;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Traffic through real plans over simulated providers, event by event, in simulated time: the same on every run. */
final class Simulation {

    static final int REQUESTS = 30_000;

    private static final double STREAM_SECONDS = 2;
    private static final int WARM_UP = 1_000;

    private record Event(double at, SimulatedProvider provider, double firstToken) {}

    /** @param p99 milliseconds to the first token, as p50; {@code slowShare} of requests went to the last provider */
    record Latencies(String name, double p50, double p99, double slowShare) {}

    /** @param hits share of requests whose prompt the target had in its cache */
    record Hits(String name, double hits) {}

    private final List<SimulatedProvider> providers;
    private final RouteTable table;
    private final Random random = new Random(42);
    private double now;

    Simulation(String route, SimulatedProvider... providers) {
        this.providers = List.of(providers);
        List<String> names =
                IntStream.range(0, providers.length).mapToObj(i -> "p" + i).toList();
        SluiceConfig config = RouteTables.config("providers:\n"
                + names.stream()
                        .map(name -> "  " + name + ": { type: simulator }\n")
                        .collect(Collectors.joining())
                + "models:\n  m: { " + route + ", targets: ["
                + names.stream()
                        .map(name -> "{ provider: " + name + ", model: x }")
                        .collect(Collectors.joining(", "))
                + "] }\n");
        this.table = new RouteTable(
                config,
                names.stream().collect(Collectors.toMap(name -> name, name -> 1L)),
                IntStream.range(0, providers.length).boxed().collect(Collectors.toMap(names::get, i -> providers[i])));
    }

    /** Three targets of which the last is ten times slower. */
    static Latencies oneSlowOfThree(String strategy, double perSecond) {
        SimulatedProvider slow = new SimulatedProvider(2, 1);
        Simulation simulation = new Simulation(
                "strategy: " + strategy, new SimulatedProvider(0.2, 1), new SimulatedProvider(0.2, 1), slow);
        double[] times = simulation.firstTokens(perSecond);
        Arrays.sort(times);
        return new Latencies(
                strategy,
                times[times.length / 2] * 1000,
                times[times.length * 99 / 100] * 1000,
                (double) slow.served / REQUESTS);
    }

    /** The share that a slow target has in the end, of the requests after it has become as fast as the others. */
    static double shareAfterRecovery(double perSecond) {
        SimulatedProvider slow = new SimulatedProvider(2, 1);
        Simulation simulation =
                new Simulation("strategy: latency", new SimulatedProvider(0.2, 1), new SimulatedProvider(0.2, 1), slow);
        simulation.firstTokens(perSecond);
        slow.medianSeconds = 0.2;
        simulation.firstTokens(perSecond);
        slow.served = 0;
        simulation.firstTokens(perSecond);
        return (double) slow.served / REQUESTS;
    }

    private double[] firstTokens(double perSecond) {
        PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> Double.compare(a.at, b.at));
        double[] times = new double[REQUESTS - WARM_UP];
        double arrival = now;
        for (int i = 0; i < REQUESTS; i++) {
            arrival -= StrictMath.log(1 - random.nextDouble()) / perSecond;
            while (!events.isEmpty() && events.peek().at <= arrival) {
                process(events.poll());
            }
            at(arrival);
            SimulatedProvider chosen = chosen(ModelRequirements.NONE);
            double firstToken = chosen.firstToken(random);
            chosen.running++;
            chosen.served++;
            events.add(new Event(now + firstToken, chosen, firstToken));
            events.add(new Event(now + firstToken + STREAM_SECONDS, chosen, 0));
            if (i >= WARM_UP) {
                times[i - WARM_UP] = firstToken;
            }
        }
        while (!events.isEmpty()) {
            process(events.poll());
        }
        return times;
    }

    /** A first token, or the end of the stream. */
    private void process(Event event) {
        at(event.at);
        if (event.firstToken > 0) {
            event.provider.respondedAfter(event.firstToken);
        } else {
            event.provider.running--;
        }
    }

    private void at(double time) {
        now = time;
        providers.forEach(provider -> provider.now = time);
    }

    /** Of three targets, each with a cache for a third of the prompts; some prompts are far more usual than others. */
    static Hits promptCache(String name, String route) {
        int prompts = 150;
        Simulation simulation = new Simulation(
                route,
                new SimulatedProvider(0.2, prompts / 3),
                new SimulatedProvider(0.2, prompts / 3),
                new SimulatedProvider(0.2, prompts / 3));
        return new Hits(name, simulation.hits(prompts));
    }

    private double hits(int prompts) {
        double[] upTo = new double[prompts];
        double sum = 0;
        for (int i = 0; i < prompts; i++) {
            sum += 1.0 / StrictMath.sqrt(i + 1.0);
            upTo[i] = sum;
        }
        int hits = 0;
        for (int i = 0; i < REQUESTS; i++) {
            double drawn = random.nextDouble() * sum;
            int prompt = Math.abs(Arrays.binarySearch(upTo, drawn) + 1);
            long prefix = StableHash.of("prompt " + prompt);
            boolean hit = chosen(new ModelRequirements() {
                        @Override
                        public long prefix() {
                            return prefix;
                        }
                    })
                    .hits(prompt);
            hits += hit && i >= WARM_UP ? 1 : 0;
        }
        return (double) hits / (REQUESTS - WARM_UP);
    }

    private SimulatedProvider chosen(ModelRequirements requirements) {
        Target first = table.plan("m", requirements, RoutingOverrides.NONE, random)
                .targets()
                .getFirst();
        return providers.get(Integer.parseInt(first.provider().substring(1)));
    }

    /** The figures as the docs have them. */
    static String table(Map<Double, List<Latencies>> latencies, List<Hits> hits) {
        StringBuilder page = new StringBuilder();
        latencies.forEach((rate, rows) -> {
            page.append("\nThree targets, one ten times slower (median first token 200, 200 and 2,000 ms), ")
                    .append(String.format(Locale.ROOT, "%.0f", rate))
                    .append(" requests a second:\n\n")
                    .append("| strategy | first token p50 | p99 | share of the slow target |\n|---|---|---|---|\n");
            rows.forEach(row -> page.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %.0f ms | %.0f ms | %.1f %% |%n",
                    row.name,
                    row.p50,
                    row.p99,
                    100 * row.slowShare)));
        });
        page.append("\n"
                        + "Three targets with a prompt cache for 50 prompts each, 150 prompts, some requested"
                        + " more often than others:\n\n")
                .append("| route | requests that hit the target's prompt cache |\n|---|---|\n");
        hits.forEach(row -> page.append(String.format(Locale.ROOT, "| `%s` | %.0f %% |%n", row.name, 100 * row.hits)));
        return page.append('\n').toString();
    }
}
