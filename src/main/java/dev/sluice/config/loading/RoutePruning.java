package dev.sluice.config.loading;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.Diagnostics;
import dev.sluice.config.RouteConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/** The removal of targets and fallbacks whose providers are disabled, so that no request is sent to one. */
final class RoutePruning {

    private final Map<String, RouteConfig> routes;
    private final Set<String> on;
    private final Diagnostics diagnostics;

    RoutePruning(Map<String, RouteConfig> routes, Set<String> on, Diagnostics diagnostics) {
        this.routes = routes;
        this.on = on;
        this.diagnostics = diagnostics;
    }

    Map<String, RouteConfig> prune() {
        Map<String, RouteConfig> kept = new LinkedHashMap<>();
        routes.forEach((name, route) -> {
            String path = ConfigPath.child("models", name);
            if (alive(name)) {
                kept.put(
                        name,
                        route.with(
                                targets(route, path),
                                fallbacks(route.fallbacks(), path + ".fallbacks"),
                                fallbacksOn(route.fallbacksOn(), path + ".fallbacks_on")));
            } else {
                diagnostics.warn(path, "dropped: every provider among its targets is off");
            }
        });
        return Collections.unmodifiableMap(kept);
    }

    private boolean alive(String route) {
        return routes.get(route).targets().stream().anyMatch(target -> on.contains(target.provider()));
    }

    private List<RouteConfig.TargetConfig> targets(RouteConfig route, String path) {
        return keep(route.targets(), path + ".targets", (target, place) -> {
            boolean keep = on.contains(target.provider());
            if (!keep) {
                diagnostics.warn(place, "dropped: provider \"" + target.provider() + "\" is off");
            }
            return keep;
        });
    }

    private RouteConfig.FallbacksOn fallbacksOn(RouteConfig.FallbacksOn on, String path) {
        return new RouteConfig.FallbacksOn(
                fallbacks(on.contextWindow(), path + ".context_window"),
                fallbacks(on.contentFilter(), path + ".content_filter"),
                fallbacks(on.rateLimit(), path + ".rate_limit"));
    }

    private List<String> fallbacks(List<String> names, String path) {
        return keep(names, path, (name, place) -> {
            boolean keep = routes.containsKey(name) ? alive(name) : on.contains(name.substring(0, name.indexOf('/')));
            if (!keep) {
                diagnostics.warn(place, "dropped: \"" + name + "\" leads only to providers that are off");
            }
            return keep;
        });
    }

    private static <T> List<T> keep(List<T> items, String path, BiPredicate<T, String> test) {
        List<T> kept = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (test.test(items.get(i), ConfigPath.item(path, i))) {
                kept.add(items.get(i));
            }
        }
        return List.copyOf(kept);
    }
}
