package dev.sluice.route;

import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ModelName;
import dev.sluice.model.Vitals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Every name a client may ask for, and the plan behind it. */
public final class RouteTable {

    private record Route(String name, RouteConfig.Strategy strategy, List<Target> targets, List<Target> fallbacks) {}

    private final SluiceConfig config;
    private final Map<String, Long> generations;
    private final Map<String, Vitals> vitals;
    private final Map<String, Route> routes = new LinkedHashMap<>();

    /** Over providers that nobody has asked yet. */
    public RouteTable(SluiceConfig config, Map<String, Long> generations) {
        this(config, generations, Map.of());
    }

    /**
     * @param generations the running deployment of each provider
     * @param vitals how each is just now; {@link Vitals#UNTRIED} for one that is not listed
     */
    public RouteTable(SluiceConfig config, Map<String, Long> generations, Map<String, Vitals> vitals) {
        this.vitals = Map.copyOf(vitals);
        this.config = config;
        this.generations = Map.copyOf(generations);
        config.models().forEach((name, route) -> routes.put(name, route(name, route)));
    }

    /** The plan for a model name, or null when nothing here has that name. */
    public RoutePlan plan(String model, RandomGenerator random) {
        Route route = routes.get(model);
        if (route != null) {
            return new RoutePlan(
                    route.name, config.models().get(route.name), order(route, random), List.of(), Map.of(), false);
        }
        Target direct = direct(model);
        return direct == null ? null : RoutePlan.direct(direct);
    }

    /** The plan for a provider's own API, or null when no such provider runs. */
    public RoutePlan provider(String name) {
        return generations.containsKey(name) ? RoutePlan.direct(target(name, "*", 1)) : null;
    }

    /** Every name that the config has: routes, then the models that it names of each provider. */
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>(routes.keySet());
        config.providers()
                .keySet()
                .forEach(provider -> named(provider).forEach(model -> names.add(provider + "/" + model)));
        return List.copyOf(names);
    }

    /** The models of a provider that the config names: without a pattern, or as an Azure deployment. */
    public List<String> named(String provider) {
        Set<String> names = new LinkedHashSet<>();
        var settings = config.providers().get(provider);
        settings.models().stream().filter(model -> model.indexOf('*') < 0).forEach(names::add);
        settings.deployments().keySet().stream()
                .filter(model -> direct(provider + "/" + model) != null)
                .forEach(names::add);
        return List.copyOf(names);
    }

    /** The running deployment of a provider that this table calls, or -1. */
    public long generation(String provider) {
        return generations.getOrDefault(provider, -1L);
    }

    /** Whether a request for this model has a plan. */
    public boolean knows(String model) {
        return routes.containsKey(model) || direct(model) != null;
    }

    private Target direct(String model) {
        int slash = model.indexOf('/');
        if (slash <= 0 || slash == model.length() - 1) {
            return null;
        }
        String provider = model.substring(0, slash);
        String name = model.substring(slash + 1);
        var settings = config.providers().get(provider);
        boolean offered =
                settings != null && settings.models().stream().anyMatch(pattern -> ModelName.matches(pattern, name));
        return offered ? target(provider, name, 1) : null;
    }

    private Route route(String name, RouteConfig route) {
        List<Target> targets = route.targets().stream()
                .map(target -> target(target.provider(), target.model(), target.weight()))
                .toList();
        Set<Target> fallbacks = new LinkedHashSet<>();
        collectFallbacks(route, fallbacks, new LinkedHashSet<>(Set.of(name)));
        fallbacks.removeIf(fallback -> targets.stream().anyMatch(fallback::sameAs));
        return new Route(name, route.strategy(), targets, List.copyOf(fallbacks));
    }

    private void collectFallbacks(RouteConfig route, Set<Target> fallbacks, Set<String> seen) {
        for (String name : route.fallbacks()) {
            RouteConfig other = config.models().get(name);
            if (other == null) {
                Target direct = direct(name);
                if (direct != null) {
                    fallbacks.add(direct);
                }
            } else if (seen.add(name)) {
                other.targets().forEach(target -> fallbacks.add(target(target.provider(), target.model(), 1)));
                collectFallbacks(other, fallbacks, seen);
            }
        }
    }

    private Target target(String provider, String model, int weight) {
        return new Target(provider, model, weight, generations.get(provider));
    }

    private static List<Target> order(Route route, RandomGenerator random) {
        List<Target> first = switch (route.strategy) {
            case PRIORITY, ROUND_ROBIN, LEAST_BUSY, LATENCY, COST -> route.targets;
            case WEIGHTED -> weighted(route.targets, random);
        };
        if (route.fallbacks.isEmpty()) {
            return first;
        }
        List<Target> all = new ArrayList<>(first.size() + route.fallbacks.size());
        all.addAll(first);
        all.addAll(route.fallbacks);
        return all;
    }

    /** Drawn without putting back: the first by its share, the next by its share of the rest. Weight 0 comes last. */
    private static List<Target> weighted(List<Target> targets, RandomGenerator random) {
        List<Target> rest = new ArrayList<>(targets);
        List<Target> order = new ArrayList<>(targets.size());
        while (!rest.isEmpty()) {
            order.add(rest.remove(draw(rest, random)));
        }
        return order;
    }

    private static int draw(List<Target> targets, RandomGenerator random) {
        int total = targets.stream().mapToInt(Target::weight).sum();
        if (total == 0) {
            return 0;
        }
        int ticket = random.nextInt(total);
        int index = 0;
        while (ticket >= targets.get(index).weight()) {
            ticket -= targets.get(index++).weight();
        }
        return index;
    }
}
