package dev.sluice.config.loading;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.Diagnostics;
import dev.sluice.binding.Suggestion;
import dev.sluice.config.ModelPatterns;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.model.ModelName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The rules between routes and providers, and between routes. Applies to the file as written; see {@link RoutePruning}.
 */
final class RouteRules {

    private final Map<String, RouteConfig> routes;
    private final Map<String, ProviderConfig> providers;
    private final Diagnostics diagnostics;

    /** @param providers all of the file, including disabled ones, which a route may name */
    RouteRules(Map<String, RouteConfig> routes, Map<String, ProviderConfig> providers, Diagnostics diagnostics) {
        this.routes = routes;
        this.providers = providers;
        this.diagnostics = diagnostics;
    }

    void check() {
        routes.forEach((name, route) -> {
            String path = ConfigPath.child("models", name);
            name(name, path);
            targets(route, name.indexOf('*') >= 0, path);
            fallbacks(route.fallbacks(), path + ".fallbacks");
            fallbacks(route.fallbacksOn().contextWindow(), path + ".fallbacks_on.context_window");
            fallbacks(route.fallbacksOn().contentFilter(), path + ".fallbacks_on.content_filter");
            fallbacks(route.fallbacksOn().rateLimit(), path + ".fallbacks_on.rate_limit");
            patterns(route.sanitize(), path + ".sanitize");
        });
        new FallbackCycles(routes, diagnostics).check();
    }

    private void fallbacks(List<String> names, String path) {
        IntStream.range(0, names.size())
                .filter(i -> names.get(i) != null)
                .forEach(i -> fallback(names.get(i), ConfigPath.item(path, i)));
    }

    private void patterns(SanitizeConfig sanitize, String path) {
        sanitize.patterns().forEach((name, pattern) -> pattern(pattern, ConfigPath.child(path + ".patterns", name)));
        IntStream.range(0, sanitize.block().size())
                .forEach(i -> pattern(sanitize.block().get(i), ConfigPath.item(path + ".block", i)));
    }

    private void pattern(String pattern, String path) {
        try {
            if (pattern != null) {
                Pattern.compile(pattern);
            }
        } catch (PatternSyntaxException broken) {
            diagnostics.error(path, "not an RE2 pattern: " + broken.getDescription());
        }
    }

    private void name(String name, String path) {
        int slash = name.indexOf('/');
        if (!ModelName.isValid(name.replace('*', 'x'))) {
            diagnostics.error(path, "not a model name (expected: " + ModelPatterns.EXPECTED + ", with * for anything)");
        } else if (slash > 0 && providers.containsKey(name.substring(0, slash))) {
            diagnostics.error(
                    path,
                    "hides a model of provider \"" + name.substring(0, slash) + "\" (expected: a name that does"
                            + " not start with a provider's)");
        }
    }

    private void targets(RouteConfig route, boolean pattern, String path) {
        List<RouteConfig.TargetConfig> targets = route.targets() == null ? List.of() : route.targets();
        if (targets.isEmpty() && diagnostics.present(path + ".targets")) {
            diagnostics.error(path + ".targets", "is empty (expected: at least one target)");
        }
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i) != null) {
                target(targets.get(i), pattern, ConfigPath.item(path + ".targets", i));
            }
        }
        boolean weightless = targets.stream().noneMatch(target -> target != null && target.weight() > 0);
        if (route.strategy() == RouteConfig.Strategy.WEIGHTED && weightless && !targets.isEmpty()) {
            diagnostics.error(
                    path + ".targets",
                    "no target has a weight above 0 (expected: at least one, with strategy weighted)");
        }
    }

    private void target(RouteConfig.TargetConfig target, boolean pattern, String path) {
        ProviderConfig provider = target.provider() == null ? null : providers.get(target.provider());
        if (target.provider() != null && provider == null) {
            diagnostics.error(path + ".provider", noProvider(target.provider(), path + ".provider"));
        }
        if (pattern && target.model() != null && target.model().indexOf('*') >= 0) {
            starred(target.model(), path + ".model");
        } else if (target.model() != null && !ModelName.isValid(target.model())) {
            diagnostics.error(path + ".model", "not a model name (expected: " + ModelPatterns.EXPECTED + ")");
        } else if (target.model() != null && provider != null) {
            served(target.provider(), provider, target.model(), path + ".model");
        }
    }

    /** Which names a star stands for is known only from requests. */
    private void starred(String model, String path) {
        if (!ModelName.isValid(model.replace('*', 'x'))) {
            diagnostics.error(path, "not a model name (expected: " + ModelPatterns.EXPECTED + ", with * for the name)");
        }
    }

    private void fallback(String name, String path) {
        int slash = name.indexOf('/');
        String prefix = slash > 0 ? name.substring(0, slash) : "";
        if (name.indexOf('*') >= 0) {
            diagnostics.error(path, "is a pattern (expected: a route without *, or provider/model)");
            return;
        }
        if (routes.containsKey(name)) {
            return;
        }
        if (slash <= 0 || slash == name.length() - 1) {
            diagnostics.error(
                    path,
                    diagnostics.quote(path) + " is not a route of this file" + Suggestion.hint(name, routes.keySet()));
        } else if (!providers.containsKey(prefix)) {
            diagnostics.error(path, noProvider(prefix, path));
        } else if (!ModelName.isValid(name)) {
            diagnostics.error(path, "not a model name (expected: " + ModelPatterns.EXPECTED + ")");
        } else {
            served(prefix, providers.get(prefix), name.substring(slash + 1), path);
        }
    }

    private void served(String name, ProviderConfig provider, String model, String path) {
        if (!ModelPatterns.match(provider.models(), model)) {
            diagnostics.error(
                    path, diagnostics.quote(path) + " does not match any pattern of providers." + name + ".models");
        }
    }

    private String noProvider(String name, String path) {
        Set<String> names = providers.keySet();
        String hint = Suggestion.hint(name, names);
        String expected = names.isEmpty() ? "" : " (expected: " + String.join(", ", names) + ")";
        return diagnostics.quote(path) + " is not a provider of this file" + (hint.isEmpty() ? expected : hint);
    }
}
