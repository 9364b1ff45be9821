package dev.sluice.route;

import dev.sluice.config.RouteConfig.Strategy;
import java.util.List;

/** A strategy: in which order a route's targets are tried. One for each route, asked by all event loops at once. */
interface RoutingStrategy {

    /** The file's. */
    RoutingStrategy PRIORITY = (fit, context) -> fit;

    /**
     * @param fit what may be asked, at least two, in the file's order; not to be changed
     * @return the same in the order to try
     */
    List<Candidate> arrange(List<Candidate> fit, PlanContext context);

    /** @param targets how many the route has */
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
