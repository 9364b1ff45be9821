package dev.sluice.config.loading;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.Diagnostics;
import dev.sluice.config.RouteConfig;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/** The search for cycles among the fallbacks of routes. Each is reported once, at the fallback that closes it. */
final class FallbackCycles {

    private final Map<String, RouteConfig> routes;
    private final Diagnostics diagnostics;
    private final Set<String> done = new HashSet<>();

    FallbackCycles(Map<String, RouteConfig> routes, Diagnostics diagnostics) {
        this.routes = routes;
        this.diagnostics = diagnostics;
    }

    void check() {
        routes.keySet().forEach(name -> visit(name, new LinkedHashSet<>()));
    }

    private void visit(String name, SequencedSet<String> path) {
        if (done.contains(name)) {
            return;
        }
        path.add(name);
        RouteConfig route = routes.get(name);
        String key = ConfigPath.child("models", name);
        visit(route.fallbacks(), key + ".fallbacks", path);
        visit(route.fallbacksOn().contextWindow(), key + ".fallbacks_on.context_window", path);
        visit(route.fallbacksOn().contentFilter(), key + ".fallbacks_on.content_filter", path);
        visit(route.fallbacksOn().rateLimit(), key + ".fallbacks_on.rate_limit", path);
        path.remove(name);
        done.add(name);
    }

    private void visit(List<String> fallbacks, String key, SequencedSet<String> path) {
        for (int i = 0; i < fallbacks.size(); i++) {
            String next = fallbacks.get(i);
            if (path.contains(next)) {
                diagnostics.error(ConfigPath.item(key, i), "fallback cycle: " + cycle(path, next));
            } else if (routes.containsKey(next)) {
                visit(next, path);
            }
        }
    }

    private static String cycle(SequencedSet<String> path, String closing) {
        List<String> names =
                path.stream().dropWhile(name -> !name.equals(closing)).toList();
        return String.join(" -> ", names) + " -> " + closing;
    }
}
