package dev.sluice.route;

import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.RouteConfig.TargetConfig;
import dev.sluice.model.ModelName;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The models that clients may name without a provider, such as {@code claude-sonnet-4-5}: those that a route with
 * {@code *} in its name matches, and those that exactly one provider lists.
 */
final class BareNames {

    private static final String ANY = "*";

    private final Map<String, ProviderSettings> providers;
    /** Routes with a pattern for a name; those with the most other characters first. */
    private final Map<String, RouteConfig> patterns = new LinkedHashMap<>();

    /** @param providers that run */
    BareNames(Map<String, RouteConfig> routes, Map<String, ProviderSettings> providers) {
        this.providers = providers;
        routes.entrySet().stream()
                .filter(route -> isPattern(route.getKey()))
                .sorted(Comparator.comparingInt(
                        route -> -route.getKey().replace(ANY, "").length()))
                .forEach(route -> patterns.put(route.getKey(), route.getValue()));
    }

    static boolean isPattern(String route) {
        return route.contains(ANY);
    }

    /** The pattern of the route that serves a name, or null. */
    String pattern(String model) {
        if (patterns.isEmpty() || !ModelName.isValid(model)) {
            return null;
        }
        for (Map.Entry<String, RouteConfig> route : patterns.entrySet()) {
            if (ModelName.matches(route.getKey(), model)
                    && !targets(route.getValue(), model).isEmpty()) {
                return route.getKey();
            }
        }
        return null;
    }

    /** The route of a pattern, with the name in place of each {@code *} in its targets. */
    RouteConfig route(String pattern, String model) {
        RouteConfig route = patterns.get(pattern);
        return route.with(targets(route, model), route.fallbacks(), route.fallbacksOn());
    }

    /**
     * The providers that list a model: their configuration names it, by itself or by a pattern, or they sell it by the
     * table of models. One that charges for no model, such as the simulator, says nothing by its price.
     */
    List<String> providersOf(String model) {
        return providers.values().stream()
                .filter(provider -> offers(provider, model) && lists(provider, model))
                .map(ProviderSettings::name)
                .sorted()
                .toList();
    }

    private List<TargetConfig> targets(RouteConfig route, String model) {
        return route.targets().stream()
                .map(target ->
                        new TargetConfig(target.provider(), target.model().replace(ANY, model), target.weight()))
                .filter(target -> providers.containsKey(target.provider())
                        && offers(providers.get(target.provider()), target.model()))
                .toList();
    }

    private static boolean offers(ProviderSettings provider, String model) {
        List<String> offered = provider.config().models();
        return offered.stream().anyMatch(pattern -> ModelName.matches(pattern, model));
    }

    private static boolean lists(ProviderSettings provider, String model) {
        ProviderConfig config = provider.config();
        return config.deployments().containsKey(model)
                || config.models().stream()
                        .anyMatch(pattern -> !pattern.equals(ANY) && ModelName.matches(pattern, model))
                || !provider.type().pricing().free()
                        && provider.facts(model).prices().known();
    }
}
