package dev.sluice.route;

import dev.sluice.config.RouteConfig.Strategy;
import java.util.List;

/**
 * What one request asks of its plan.
 *
 * @param strategy instead of the route's, or null
 * @param only providers, or {@code provider/model}, that may be asked; empty: all
 * @param fallbacks names tried instead of the route's fallbacks, those by cause too; null: the route's
 * @param session what is kept to one target, or null
 */
public record RoutingOverrides(Strategy strategy, List<String> only, List<String> fallbacks, String session) {

    public static final RoutingOverrides NONE = new RoutingOverrides(null, List.of(), null, null);

    public RoutingOverrides {
        only = List.copyOf(only);
        fallbacks = fallbacks == null ? null : List.copyOf(fallbacks);
    }

    boolean allows(Target target) {
        if (only.isEmpty()) {
            return true;
        }
        for (String name : only) {
            if (name.equals(target.provider()) || target.isNamed(name)) {
                return true;
            }
        }
        return false;
    }
}
