package dev.sluice.route;

import dev.sluice.config.RouteConfig.Strategy;
import java.util.List;

/** A strategy: in which order a route's targets are tried. One for each route, asked by all event loops at once. */
interface Order {

    /** The file's. */
    Order PRIORITY = (fit, situation) -> fit;

    /**
     * @param fit what may be asked, at least two, in the file's order; not to be changed
     * @return the same in the order to try
     */
    List<Candidate> arrange(List<Candidate> fit, Situation situation);

    /** @param targets how many the route has */
    static Order of(Strategy strategy, int targets) {
        return switch (strategy) {
            case PRIORITY -> PRIORITY;
            case WEIGHTED -> new Weighted();
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_BUSY -> new LeastBusy();
            case LATENCY -> new Latency(targets);
            case COST -> new Cost();
        };
    }
}
