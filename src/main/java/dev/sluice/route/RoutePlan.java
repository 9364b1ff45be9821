package dev.sluice.route;

import java.util.List;

/**
 * The ordered attempts for one request.
 *
 * @param route the route's name, or null when the client named {@code provider/model}
 * @param targets in the order to try; never empty
 */
public record RoutePlan(String route, List<Target> targets) {}
