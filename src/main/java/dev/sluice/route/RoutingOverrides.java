package dev.sluice.route;

import dev.sluice.config.RouteConfig.Strategy;
import java.util.List;

/**
 * The routing overrides of one request.
 *
 * @param strategy replaces the route's strategy; null keeps it
 * @param only allowed targets, each a provider or {@code provider/model}; empty allows all
 * @param fallbacks replace the route's fallbacks, including those by cause; null keeps them
 * @param session sticky session of the request, or null
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
