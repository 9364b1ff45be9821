package dev.sluice.cli;

import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.RouteConfig.Sticky;
import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Durations;
import dev.sluice.model.ModelRequirements;
import dev.sluice.route.CostStrategy;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report of a plan, as text and as JSON. */
final class ExplainReport {

    private final SluiceConfig config;
    private final String model;
    private final RoutePlan plan;
    private final ModelRequirements requirements;

    ExplainReport(SluiceConfig config, String model, RoutePlan plan, ModelRequirements requirements) {
        this.config = config;
        this.model = model;
        this.plan = plan;
        this.requirements = requirements;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        RouteConfig route = plan.settings();
        if (route == null) {
            lines.add(model + ": named directly, so there is one target and no fallback");
        } else {
            lines.add(model + ": route, strategy " + describe(route.strategy()) + sticky(route.sticky())
                    + (route.fallbacks().isEmpty() ? "" : ", then fallbacks " + route.fallbacks()));
        }
        int attempt = 1;
        for (Target target : plan.targets()) {
            lines.add("  " + attempt++ + ". " + describe(target));
            lines.add("     timeouts: " + timeouts(target));
        }
        plan.skipped().forEach(each -> lines.add("  skipped " + name(each.target()) + ": " + each.reason()));
        plan.byCause()
                .forEach((cause, targets) -> lines.add("  on " + word(cause) + " instead: "
                        + targets.stream().map(ExplainReport::name).collect(Collectors.joining(" > "))));
        lines.add(
                "If a target fails before the client received anything, the next target is tried; a client error (4xx)"
                        + " is not retried. The current state of providers is not known here: send x-sluice-explain: 1"
                        + " with a request to see it.");
        return lines;
    }

    JsonObject json() {
        JsonObject json = new JsonObject().put("model", model).put("route", plan.route());
        if (plan.settings() != null) {
            json.put("strategy", word(plan.settings().strategy()))
                    .put("sticky", word(plan.settings().sticky()));
        }
        JsonArray targets = new JsonArray();
        plan.targets().forEach(target -> targets.add(json(target)));
        JsonArray skipped = new JsonArray();
        plan.skipped()
                .forEach(each -> skipped.add(
                        new JsonObject().put("target", name(each.target())).put("reason", each.reason())));
        JsonObject byCause = new JsonObject();
        plan.byCause()
                .forEach((cause, instead) -> byCause.put(
                        word(cause),
                        new JsonArray(instead.stream().map(ExplainReport::name).toList())));
        return json.put("targets", targets)
                .put("skipped", skipped)
                .put("fallbacks_on", byCause)
                .put("line", plan.explain());
    }

    private JsonObject json(Target target) {
        var provider = config.providers().get(target.provider());
        JsonObject json = new JsonObject()
                .put("provider", target.provider())
                .put("type", provider.type())
                .put("model", target.model())
                .put("weight", target.weight())
                .put("keys", provider.apiKeys().size());
        double cost = cost(target);
        if (cost < Double.POSITIVE_INFINITY) {
            json.put("estimated_cost_usd", cost);
        }
        return json.put(
                "timeouts",
                new JsonObject()
                        .put("connect", provider.timeouts().connect().toMillis())
                        .put("first_byte", firstByte(target).toMillis())
                        .put("first_token", firstToken(target).toMillis())
                        .put("idle", idle(target).toMillis())
                        .put("response", response(target).toMillis())
                        .put("total", total(target).toMillis()));
    }

    private String describe(Target target) {
        var provider = config.providers().get(target.provider());
        int keys = provider.apiKeys().size();
        return target.provider() + " (" + provider.type() + ") model " + target.model() + ", weight " + target.weight()
                + ", " + (keys == 0 ? "no key" : keys + " key(s)") + price(target);
    }

    private String timeouts(Target target) {
        return "connect " + format(provider(target).connect()) + ", first_byte " + format(firstByte(target))
                + ", first_token " + format(firstToken(target)) + ", idle " + format(idle(target)) + ", response "
                + format(response(target)) + ", total " + format(total(target));
    }

    private String price(Target target) {
        if (plan.settings() == null || plan.settings().strategy() != Strategy.COST) {
            return "";
        }
        double cost = cost(target);
        return cost == Double.POSITIVE_INFINITY
                ? ", price unknown"
                : String.format(Locale.ROOT, ", about $%.6f per request", cost);
    }

    private double cost(Target target) {
        ProviderSettings settings =
                ProviderSettings.of(target.provider(), config.providers().get(target.provider()), config.catalog());
        return CostStrategy.expected(settings.facts(target.model()), requirements);
    }

    private Duration firstByte(Target target) {
        return or(
                timeouts() == null ? null : timeouts().firstByte(),
                provider(target).firstByte());
    }

    private Duration firstToken(Target target) {
        return or(
                timeouts() == null ? null : timeouts().firstToken(),
                provider(target).firstToken());
    }

    private Duration idle(Target target) {
        return or(
                timeouts() == null ? null : timeouts().idle(), provider(target).idle());
    }

    private Duration response(Target target) {
        return or(
                timeouts() == null ? null : timeouts().response(),
                provider(target).response());
    }

    private Duration total(Target target) {
        return or(
                timeouts() == null ? null : timeouts().total(), provider(target).total());
    }

    private RouteConfig.TimeoutOverrides timeouts() {
        return plan.settings() == null ? null : plan.settings().timeouts();
    }

    private ProviderConfig.ProviderTimeouts provider(Target target) {
        return config.providers().get(target.provider()).timeouts();
    }

    private static Duration or(Duration route, Duration provider) {
        return route == null ? provider : route;
    }

    /** As the config writes it. */
    private static String format(Duration duration) {
        return Durations.format(duration.toMillis());
    }

    private static String describe(Strategy strategy) {
        return word(strategy)
                + switch (strategy) {
                    case PRIORITY -> "";
                    case WEIGHTED -> " (drawn again for each request)";
                    case ROUND_ROBIN -> " (in turn)";
                    case LEAST_BUSY -> " (fewest attempts in flight relative to weight)";
                    case LATENCY -> " (the better of two, by time to first token and attempts in flight)";
                    case COST -> " (cheapest for the request first, unknown prices last)";
                };
    }

    private static String sticky(Sticky sticky) {
        return sticky == Sticky.NONE ? "" : ", sticky by " + word(sticky);
    }

    private static String name(Target target) {
        return target.provider() + "/" + target.model();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
