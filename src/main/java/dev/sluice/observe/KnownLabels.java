package dev.sluice.observe;

import java.util.Set;

/**
 * The route and provider names that may become label values: those of the active configuration. Any other name that a
 * client sends is {@link #OTHER}, so that the configuration bounds the number of series.
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
