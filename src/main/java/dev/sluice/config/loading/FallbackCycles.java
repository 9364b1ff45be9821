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
        List<String> fallbacks = routes.get(name).allFallbacks();
        for (int i = 0; i < fallbacks.size(); i++) {
            String next = fallbacks.get(i);
            if (path.contains(next)) {
                String item = ConfigPath.item(ConfigPath.child("models", name) + ".fallbacks", i);
                diagnostics.error(item, "fallback cycle: " + cycle(path, next));
            } else if (routes.containsKey(next)) {
                visit(next, path);
            }
        }
        path.remove(name);
        done.add(name);
    }

    private static String cycle(SequencedSet<String> path, String closing) {
        List<String> names =
                path.stream().dropWhile(name -> !name.equals(closing)).toList();
        return String.join(" -> ", names) + " -> " + closing;
    }
}
