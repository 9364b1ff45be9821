package dev.sluice.admin;

import dev.sluice.bus.ProviderCheck;
import dev.sluice.config.ConfigStatus;
import dev.sluice.config.RouteConfig;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.ProviderStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/** How the admin API writes things. Names here are a contract with scripts; those of the records are not. */
final class AdminViews {

    private AdminViews() {}

    static JsonObject config(ConfigStatus status) {
        ConfigStatus.Refusal refusal = status.lastRefusal();
        return new JsonObject()
                .put("revision", status.revision())
                .put("loaded_at", status.loadedAt().toString())
                .put("last_refusal", refusal == null ? null : refusal(refusal))
                .put("restart_needed", new JsonArray(status.restartNeeded()));
    }

    static JsonObject provider(ProviderStatus status) {
        return new JsonObject()
                .put("name", status.name())
                .put("type", status.type())
                .put("breaker", status.breaker())
                .put("breaker_reason", status.breakerReason())
                .put("in_flight", status.inFlight())
                .put("keys", status.keys())
                .put("resting_keys", status.restingKeys())
                .put("draining", status.draining())
                .put("concurrency_limit", status.limit())
                .put("waiting", status.waiting())
                .put("drained", status.drained())
                .put("breakers", array(status.breakers(), AdminViews::breaker));
    }

    private static JsonObject breaker(BreakerStatus breaker) {
        return new JsonObject()
                .put("model", breaker.model())
                .put("state", breaker.state().label())
                .put("reason", breaker.reason())
                .put("held", breaker.held())
                .put("retry_after_ms", breaker.retryAfterMillis())
                .put(
                        "history",
                        array(
                                breaker.history(),
                                turn -> new JsonObject()
                                        .put("at", turn.at().toString())
                                        .put("state", turn.state().label())
                                        .put("reason", turn.reason())));
    }

    static <T> JsonArray array(List<T> items, Function<T, JsonObject> view) {
        return new JsonArray(items.stream().map(view).toList());
    }

    static JsonObject check(ProviderCheck.Result result) {
        return new JsonObject()
                .put("healthy", result.healthy())
                .put("status", Math.max(0, result.status()))
                .put("duration_ms", result.millis())
                .put("detail", result.detail());
    }

    static JsonObject route(String name, RouteConfig route) {
        JsonArray targets = new JsonArray();
        route.targets()
                .forEach(target -> targets.add(new JsonObject()
                        .put("provider", target.provider())
                        .put("model", target.model())
                        .put("weight", target.weight())));
        return new JsonObject()
                .put("name", name)
                .put("strategy", Terms.word(route.strategy()))
                .put("targets", targets)
                .put("fallbacks", new JsonArray(route.fallbacks() == null ? List.of() : route.fallbacks()));
    }

    private static JsonObject refusal(ConfigStatus.Refusal refusal) {
        return new JsonObject().put("at", refusal.at().toString()).put("problems", new JsonArray(refusal.problems()));
    }
}
