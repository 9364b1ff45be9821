package dev.sluice.route;

import dev.sluice.config.RouteConfig;
import dev.sluice.config.RouteConfig.Sticky;
import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.StableHash;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A route: one public model name with its targets and fallbacks. It creates the plans of requests and is used by all
 * event loops at once.
 */
final class Route {

    private final String name;
    private final RouteConfig settings;
    private final List<Candidate> targets;
    private final List<Candidate> fallbacks;
    private final Map<FallbackCause, List<Candidate>> byCause;
    private final Map<Strategy, RoutingStrategy> orders = new EnumMap<>(Strategy.class);
    private final RoutePlan plain;
    private final long smallestContext;

    /**
     * @param name null when the client named a target directly
     * @param settings null when the client named a target directly
     * @param fallbacks disjoint from the targets
     */
    Route(
            String name,
            RouteConfig settings,
            List<Candidate> targets,
            List<Candidate> fallbacks,
            Map<FallbackCause, List<Candidate>> byCause) {
        this.name = name;
        this.settings = settings;
        this.targets = List.copyOf(targets);
        this.fallbacks = List.copyOf(fallbacks);
        this.byCause = byCause;
        for (Strategy strategy : settings == null ? new Strategy[0] : Strategy.values()) {
            orders.put(strategy, RoutingStrategy.of(strategy, targets.size()));
        }
        this.plain = new RoutePlan(
                name,
                settings,
                CandidateFilter.targets(targets, fallbacks),
                List.of(),
                CandidateFilter.targets(byCause),
                false);
        long smallest = Long.MAX_VALUE;
        for (Candidate candidate : CandidateFilter.joined(targets, fallbacks)) {
            long context = candidate.facts().contextTokens();
            smallest = context == 0 ? smallest : Math.min(smallest, context);
        }
        this.smallestContext = smallest;
    }

    List<Candidate> targets() {
        return targets;
    }

    /** Whether planning for a body of this size may have to count its tokens, which takes some milliseconds. */
    boolean mayCountTokens(long bytes) {
        return bytes / 2 > smallestContext && targets.size() + fallbacks.size() > 1;
    }

    /** @param requestedFallbacks fallbacks requested by the client in place of the route's, or null */
    RoutePlan plan(
            ModelRequirements requirements,
            RoutingOverrides overrides,
            List<Candidate> requestedFallbacks,
            RandomGenerator random) {
        boolean overridden = overrides != RoutingOverrides.NONE;
        if (overridden && (requestedFallbacks != null || !overrides.only().isEmpty()) || !allUsable(requirements)) {
            return filteredPlan(requirements, overrides, requestedFallbacks, random);
        }
        List<Candidate> order = arrange(targets, requirements, overrides, random);
        if (order == targets && !overridden) {
            return plain;
        }
        return new RoutePlan(
                name,
                settings(overrides),
                CandidateFilter.targets(order, fallbacks),
                List.of(),
                plain.byCause(),
                false);
    }

    /** Checks all candidates without allocating a list of reasons. */
    private boolean allUsable(ModelRequirements requirements) {
        boolean choice = targets.size() + fallbacks.size() > 1;
        return allUsable(targets, choice, requirements) && allUsable(fallbacks, choice, requirements);
    }

    private static boolean allUsable(List<Candidate> candidates, boolean choice, ModelRequirements requirements) {
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (candidate.unavailableReason() != null || choice && candidate.unsupportedReason(requirements) != null) {
                return false;
            }
        }
        return true;
    }

    private RoutePlan filteredPlan(
            ModelRequirements requirements,
            RoutingOverrides overrides,
            List<Candidate> requestedFallbacks,
            RandomGenerator random) {
        CandidateFilter filter =
                new CandidateFilter(targets, requestedFallbacks == null ? fallbacks : requestedFallbacks);
        Map<FallbackCause, List<Candidate>> causes = requestedFallbacks == null ? byCause : Map.of();
        filter.keepAllowed(overrides);
        if (filter.isEmpty()) {
            return null;
        }
        causes = CandidateFilter.allowed(causes, overrides);
        filter.keepCapable(requirements, causes.getOrDefault(FallbackCause.CONTEXT_WINDOW, List.of()));
        boolean lastResort = !filter.keepAvailable();
        List<Candidate> order = arrange(filter.own(), requirements, overrides, random);
        return new RoutePlan(
                name,
                settings(overrides),
                CandidateFilter.targets(order, filter.fallbacks()),
                filter.skipped(),
                CandidateFilter.targets(causes),
                lastResort);
    }

    private List<Candidate> arrange(
            List<Candidate> fit, ModelRequirements requirements, RoutingOverrides overrides, RandomGenerator random) {
        if (settings == null || fit.size() < 2) {
            return fit;
        }
        Strategy strategy = overrides.strategy() == null ? settings.strategy() : overrides.strategy();
        long key = stickyKey(strategy, requirements, overrides);
        return key == 0
                ? orders.get(strategy).order(fit, new PlanContext(requirements, random))
                : Rendezvous.order(fit, key);
    }

    /** The hash that keeps the request on one target, or 0 when the request is not sticky. */
    private long stickyKey(Strategy strategy, ModelRequirements requirements, RoutingOverrides overrides) {
        Sticky sticky = overrides.strategy() == null ? settings.sticky() : Sticky.NONE;
        String session = overrides.session();
        if (session != null) {
            return sticky != Sticky.NONE || balancesLoad(strategy) ? StableHash.of(session) : 0;
        }
        return switch (sticky) {
            case NONE -> 0;
            case PREFIX -> requirements.prefix();
            case SESSION -> {
                String body = requirements.session();
                yield body == null ? 0 : StableHash.of(body);
            }
        };
    }

    /** Whether the strategy treats targets as equal, so that a session may be sticky; the others guarantee an order. */
    private static boolean balancesLoad(Strategy strategy) {
        return switch (strategy) {
            case WEIGHTED, ROUND_ROBIN, LEAST_BUSY, LATENCY -> true;
            case PRIORITY, COST -> false;
        };
    }

    private RouteConfig settings(RoutingOverrides overrides) {
        return settings == null || overrides.strategy() == null
                ? settings
                : settings.withStrategy(overrides.strategy());
    }
}
