package dev.sluice.route;

import dev.sluice.config.RouteConfig;
import dev.sluice.config.RouteConfig.Sticky;
import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.model.Hash;
import dev.sluice.model.Needs;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** One public name with its targets, and the plans for it. Asked by all event loops at once. */
final class Route {

    private final String name;
    private final RouteConfig settings;
    private final List<Candidate> targets;
    private final List<Candidate> fallbacks;
    private final Map<Cause, List<Candidate>> byCause;
    private final Map<Strategy, Order> orders = new EnumMap<>(Strategy.class);
    private final RoutePlan plain;
    private final long leastContext;

    /**
     * @param name null when a target was named directly
     * @param settings null then
     * @param fallbacks none of them a target
     */
    Route(
            String name,
            RouteConfig settings,
            List<Candidate> targets,
            List<Candidate> fallbacks,
            Map<Cause, List<Candidate>> byCause) {
        this.name = name;
        this.settings = settings;
        this.targets = List.copyOf(targets);
        this.fallbacks = List.copyOf(fallbacks);
        this.byCause = byCause;
        for (Strategy strategy : settings == null ? new Strategy[0] : Strategy.values()) {
            orders.put(strategy, Order.of(strategy, targets.size()));
        }
        this.plain = new RoutePlan(
                name, settings, Sieve.targets(targets, fallbacks), List.of(), Sieve.targets(byCause), false);
        long least = Long.MAX_VALUE;
        for (Candidate candidate : Sieve.joined(targets, fallbacks)) {
            long context = candidate.facts().contextTokens();
            least = context == 0 ? least : Math.min(least, context);
        }
        this.leastContext = least;
    }

    List<Candidate> targets() {
        return targets;
    }

    /** Whether a plan for a body of this size may have to count its tokens, which takes some milliseconds. */
    boolean mayCount(long bytes) {
        return bytes / 2 > leastContext && targets.size() + fallbacks.size() > 1;
    }

    /** @param instead what the request wants for fallbacks, or null */
    RoutePlan plan(Needs needs, Steering steering, List<Candidate> instead, RandomGenerator random) {
        boolean steered = steering != Steering.NONE;
        if (steered && (instead != null || !steering.only().isEmpty()) || !allWell(needs)) {
            return sifted(needs, steering, instead, random);
        }
        List<Candidate> order = arrange(targets, needs, steering, random);
        if (order == targets && !steered) {
            return plain;
        }
        return new RoutePlan(
                name, settings(steering), Sieve.targets(order, fallbacks), List.of(), plain.byCause(), false);
    }

    /** Without a list of reasons, which nobody needs as long as all is well. */
    private boolean allWell(Needs needs) {
        boolean choice = targets.size() + fallbacks.size() > 1;
        return allWell(targets, choice, needs) && allWell(fallbacks, choice, needs);
    }

    private static boolean allWell(List<Candidate> candidates, boolean choice, Needs needs) {
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (candidate.unfit() != null || choice && candidate.cannot(needs) != null) {
                return false;
            }
        }
        return true;
    }

    private RoutePlan sifted(Needs needs, Steering steering, List<Candidate> instead, RandomGenerator random) {
        Sieve sieve = new Sieve(targets, instead == null ? fallbacks : instead);
        Map<Cause, List<Candidate>> causes = instead == null ? byCause : Map.of();
        sieve.keepChosen(steering);
        if (sieve.isEmpty()) {
            return null;
        }
        causes = Sieve.chosen(causes, steering);
        sieve.keepCapable(needs, causes.getOrDefault(Cause.CONTEXT_WINDOW, List.of()));
        boolean lastResort = !sieve.keepFit();
        List<Candidate> order = arrange(sieve.own(), needs, steering, random);
        return new RoutePlan(
                name,
                settings(steering),
                Sieve.targets(order, sieve.behind()),
                sieve.skipped(),
                Sieve.targets(causes),
                lastResort);
    }

    private List<Candidate> arrange(List<Candidate> fit, Needs needs, Steering steering, RandomGenerator random) {
        if (settings == null || fit.size() < 2) {
            return fit;
        }
        Strategy strategy = steering.strategy() == null ? settings.strategy() : steering.strategy();
        long key = key(strategy, needs, steering);
        return key == 0 ? orders.get(strategy).arrange(fit, new Situation(needs, random)) : Rendezvous.order(fit, key);
    }

    /** What keeps to one target, or 0 when nothing does. */
    private long key(Strategy strategy, Needs needs, Steering steering) {
        Sticky sticky = steering.strategy() == null ? settings.sticky() : Sticky.NONE;
        String session = steering.session();
        if (session != null) {
            return sticky != Sticky.NONE || spreads(strategy) ? Hash.of(session) : 0;
        }
        return switch (sticky) {
            case NONE -> 0;
            case PREFIX -> needs.prefix();
            case SESSION -> {
                String body = needs.session();
                yield body == null ? 0 : Hash.of(body);
            }
        };
    }

    /** Where any target is as good as another, so that a session may choose; the others promise an order. */
    private static boolean spreads(Strategy strategy) {
        return switch (strategy) {
            case WEIGHTED, ROUND_ROBIN, LEAST_BUSY, LATENCY -> true;
            case PRIORITY, COST -> false;
        };
    }

    private RouteConfig settings(Steering steering) {
        return settings == null || steering.strategy() == null ? settings : settings.steered(steering.strategy());
    }
}
