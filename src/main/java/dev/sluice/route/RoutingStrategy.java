package dev.sluice.route;

import dev.sluice.config.RouteConfig.Strategy;
import java.util.List;

/** Orders the targets of a route. Each route has its own instance, used by all event loops at once. */
interface RoutingStrategy {

    /** Keeps the configured order. */
    RoutingStrategy PRIORITY = (fit, context) -> fit;

    /**
     * @param fit the usable candidates, at least two, in the configured order; must not be modified
     * @return the same candidates in the order to try
     */
    List<Candidate> order(List<Candidate> fit, PlanContext context);

    /** @param targets number of targets of the route */
    static RoutingStrategy of(Strategy strategy, int targets) {
        return switch (strategy) {
            case PRIORITY -> PRIORITY;
            case WEIGHTED -> new WeightedStrategy();
            case ROUND_ROBIN -> new RoundRobinStrategy();
            case LEAST_BUSY -> new LeastBusyStrategy();
            case LATENCY -> new LatencyStrategy(targets);
            case COST -> new CostStrategy();
        };
    }
}
