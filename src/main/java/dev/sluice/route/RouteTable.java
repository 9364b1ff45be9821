package dev.sluice.route;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ModelName;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.ProviderHealth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The routing table: resolves every model name that clients may use to a plan. */
public final class RouteTable {

    /** The most routes of names that match a pattern; clients choose the names. */
    private static final int MAX_MATCHED = 1000;

    private final SluiceConfig config;
    private final Map<String, Long> generations;
    private final Map<String, ProviderHealth> health;
    private final Map<String, ProviderSettings> providers = new HashMap<>();
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final String[] providerNames;
    private final BareNames bareNames;
    private final Map<String, Route> matched = new ConcurrentHashMap<>();
    /** Facts of the targets of routes, cached because each attempt reads them several times. */
    private final Map<Target, ModelFacts> factsByTarget = new HashMap<>();

    /** A table over providers without recorded health. */
    public RouteTable(SluiceConfig config, Map<String, Long> generations) {
        this(config, generations, Map.of());
    }

    /**
     * @param generations the running deployment of each provider
     * @param health current health of each provider; {@link ProviderHealth#UNTRIED} when it is not listed
     */
    public RouteTable(
            SluiceConfig config, Map<String, Long> generations, Map<String, ? extends ProviderHealth> health) {
        this.health = Map.copyOf(health);
        this.config = config;
        this.generations = Map.copyOf(generations);
        config.providers()
                .forEach(
                        (name, provider) -> providers.put(name, ProviderSettings.of(name, provider, config.catalog())));
        Map<String, ProviderSettings> running = new HashMap<>(providers);
        running.keySet().retainAll(this.generations.keySet());
        providerNames = config.providers().keySet().toArray(String[]::new);
        bareNames = new BareNames(config.models(), running);
        config.models().forEach((name, route) -> {
            if (!BareNames.isPattern(name)) {
                routes.put(name, route(name, route));
            }
        });
        for (Route route : routes.values()) {
            route.targets().forEach(candidate -> factsByTarget.put(candidate.target(), candidate.facts()));
        }
    }

    /**
     * As {@link #plan(String, ModelRequirements, RoutingOverrides, RandomGenerator)} for a request without requirements
     * or overrides.
     */
    public RoutePlan plan(String model, RandomGenerator random) {
        return plan(model, ModelRequirements.NONE, RoutingOverrides.NONE, random);
    }

    /**
     * The plan for a model name, or null when the name is unknown or the overrides exclude all its targets.
     *
     * @param requirements computed lazily, only as far as the choice depends on them
     */
    public RoutePlan plan(
            String model, ModelRequirements requirements, RoutingOverrides overrides, RandomGenerator random) {
        Route route = named(model);
        if (route == null) {
            Target direct = target(model);
            if (direct == null) {
                return null;
            }
            if (overrides == RoutingOverrides.NONE && health(direct).unavailability(direct.model()) == null) {
                return RoutePlan.direct(direct);
            }
            route = new Route(null, null, List.of(candidate(direct, 0)), List.of(), Map.of());
        }
        return route.plan(requirements, overrides, requestedFallbacks(route, overrides), random);
    }

    /** Whether planning for a body of this size may take too long for an event loop. */
    public boolean mayCountTokens(String model, long bytes) {
        Route route = named(model);
        return route != null && route.mayCountTokens(bytes);
    }

    /** The plan for a provider's own API, or null when no such provider runs. */
    public RoutePlan provider(String name) {
        return generations.containsKey(name) ? RoutePlan.direct(target(name, "*", 1)) : null;
    }

    /** The settings of a provider, or null when no such provider is enabled. */
    public ProviderSettings settings(String provider) {
        return providers.get(provider);
    }

    /** All names in the configuration: routes, then the models that it lists for each provider. */
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>(routes.keySet());
        config.providers()
                .keySet()
                .forEach(provider -> listedModels(provider).forEach(model -> names.add(provider + "/" + model)));
        return List.copyOf(names);
    }

    /** The models listed in the configuration of a provider: without patterns, and including Azure deployments. */
    public List<String> listedModels(String provider) {
        Set<String> names = new LinkedHashSet<>();
        var settings = config.providers().get(provider);
        settings.models().stream().filter(model -> model.indexOf('*') < 0).forEach(names::add);
        settings.deployments().keySet().stream()
                .filter(model -> direct(provider + "/" + model) != null)
                .forEach(names::add);
        return List.copyOf(names);
    }

    /** Facts about the target's model at its provider: prices, limits, traits. */
    public ModelFacts facts(Target target) {
        ModelFacts facts = factsByTarget.get(target);
        return facts == null ? providers.get(target.provider()).facts(target.model()) : facts;
    }

    /** Generation of the provider's deployment that this table calls, or -1. */
    public long generation(String provider) {
        return generations.getOrDefault(provider, -1L);
    }

    /** Whether a request for this model has a plan. */
    public boolean hasPlan(String model) {
        return named(model) != null || target(model) != null;
    }

    /**
     * The name that keys, budgets and the ledger know a model by: {@code provider/model} where a client left out the
     * provider, otherwise the name itself.
     */
    public String qualified(String model) {
        if (named(model) != null || namesProvider(model)) {
            return model;
        }
        List<String> listing = bareNames.providersOf(model);
        return listing.size() == 1 ? listing.getFirst() + "/" + model : model;
    }

    /** The providers that list a model which was named without one. */
    public List<String> providersOf(String model) {
        return bareNames.providersOf(model);
    }

    /** The settings of the route that serves a name, with the targets for that name; null when it names a target. */
    public RouteConfig routeOf(String model) {
        RouteConfig route = BareNames.isPattern(model) ? null : config.models().get(model);
        String pattern = route != null || namesProvider(model) ? null : bareNames.pattern(model);
        return pattern == null ? route : bareNames.route(pattern, model);
    }

    /** The route of a name, by itself or by a pattern. */
    private Route named(String model) {
        Route route = routes.get(model);
        if (route != null || namesProvider(model)) {
            return route;
        }
        Route known = matched.get(model);
        String pattern = known == null ? bareNames.pattern(model) : null;
        if (pattern != null) {
            known = route(pattern, bareNames.route(pattern, model));
            if (matched.size() < MAX_MATCHED) {
                matched.put(model, known);
            }
        }
        return known;
    }

    private Target target(String model) {
        return direct(namesProvider(model) ? model : qualified(model));
    }

    /** Without allocation: asked several times for each request. */
    private boolean namesProvider(String model) {
        int slash = model.indexOf('/');
        for (int i = 0; slash > 0 && i < providerNames.length; i++) {
            if (providerNames[i].length() == slash && model.startsWith(providerNames[i])) {
                return true;
            }
        }
        return false;
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
        List<Candidate> targets = new ArrayList<>();
        targets(route).forEach(target -> addOnce(targets, target));
        Map<FallbackCause, List<Candidate>> byCause = new EnumMap<>(FallbackCause.class);
        RouteConfig.FallbacksOn on = route.fallbacksOn();
        cause(byCause, FallbackCause.CONTEXT_WINDOW, name, on.contextWindow());
        cause(byCause, FallbackCause.CONTENT_FILTER, name, on.contentFilter());
        cause(byCause, FallbackCause.RATE_LIMIT, name, on.rateLimit());
        return new Route(name, route, targets, without(targets, expanded(name, route.fallbacks())), byCause);
    }

    private void cause(
            Map<FallbackCause, List<Candidate>> byCause, FallbackCause cause, String name, List<String> fallbacks) {
        if (!fallbacks.isEmpty()) {
            byCause.put(cause, expanded(name, fallbacks));
        }
    }

    private List<Candidate> requestedFallbacks(Route route, RoutingOverrides overrides) {
        return overrides.fallbacks() == null ? null : without(route.targets(), expanded("", overrides.fallbacks()));
    }

    /** Resolves names to targets, each once. A route contributes its targets, then its own fallbacks. */
    private List<Candidate> expanded(String of, List<String> names) {
        List<Candidate> expanded = new ArrayList<>();
        expand(names, expanded, new LinkedHashSet<>(Set.of(of)));
        return expanded;
    }

    private void expand(List<String> names, List<Candidate> expanded, Set<String> seen) {
        for (String name : names) {
            RouteConfig other = routeOf(name);
            if (other == null) {
                Target direct = target(name);
                if (direct != null) {
                    addOnce(expanded, direct);
                }
            } else if (seen.add(name)) {
                targets(other).forEach(target -> addOnce(expanded, target));
                expand(other.fallbacks(), expanded, seen);
            }
        }
    }

    private List<Target> targets(RouteConfig route) {
        return route.targets().stream()
                .map(target -> target(target.provider(), target.model(), target.weight()))
                .toList();
    }

    private void addOnce(List<Candidate> candidates, Target target) {
        if (candidates.stream().noneMatch(candidate -> candidate.target().sameAs(target))) {
            candidates.add(candidate(target, candidates.size()));
        }
    }

    private static List<Candidate> without(List<Candidate> targets, List<Candidate> fallbacks) {
        return fallbacks.stream()
                .filter(fallback ->
                        targets.stream().noneMatch(target -> target.target().sameAs(fallback.target())))
                .toList();
    }

    private Candidate candidate(Target target, int index) {
        return new Candidate(target, index, health(target), facts(target));
    }

    private ProviderHealth health(Target target) {
        return health.getOrDefault(target.provider(), ProviderHealth.UNTRIED);
    }

    private Target target(String provider, String model, int weight) {
        return new Target(provider, model, weight, generations.get(provider));
    }
}
