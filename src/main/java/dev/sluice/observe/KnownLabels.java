package dev.sluice.observe;

import java.util.Set;

/**
 * The route and provider names that may become label values: those of the configuration that serves. Everything else a
 * client can say is {@link #OTHER}, so that the number of series is bounded by the configuration.
 */
record KnownLabels(Set<String> routes, Set<String> providers) {

    static final String NONE = "none";
    static final String OTHER = "other";

    KnownLabels {
        routes = Set.copyOf(routes);
        providers = Set.copyOf(providers);
    }

    String route(String route) {
        return label(routes, route);
    }

    String provider(String provider) {
        return label(providers, provider);
    }

    private static String label(Set<String> known, String name) {
        if (name == null) {
            return NONE;
        }
        return known.contains(name) ? name : OTHER;
    }
}
