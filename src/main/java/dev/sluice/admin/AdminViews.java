package dev.sluice.admin;

import static dev.sluice.admin.api.JsonField.Kind.COUNT;
import static dev.sluice.admin.api.JsonField.Kind.FLAG;
import static dev.sluice.admin.api.JsonField.Kind.TEXT;
import static dev.sluice.admin.api.JsonField.Kind.TEXTS;
import static dev.sluice.admin.api.JsonField.Kind.TIME;

import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.bus.HealthCheckQuery;
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

    static final JsonShape CONFIG = JsonShape.of(
            JsonField.sure("revision", TEXT, "hash of what serves"),
            JsonField.sure("loaded_at", TIME, "since when it serves"),
            JsonField.object(
                    "last_refusal",
                    JsonShape.of(JsonField.sure("at", TIME, ""), JsonField.sure("problems", TEXTS, "")),
                    "the edit that was refused since; null when the newest serves"),
            JsonField.sure("restart_needed", TEXTS, "keys that were changed and take effect with the next start only"));

    private static final JsonField BREAKER = JsonField.oneOf("breaker", "closed", "half_open", "open");
    private static final JsonField STATE = JsonField.oneOf("state", "closed", "half_open", "open");

    static final JsonShape PROVIDER_AT_A_GLANCE = JsonShape.of(
            JsonField.sure("name", TEXT, ""), BREAKER, JsonField.of("drained", TEXT, "why; null: it is not"));

    static final JsonShape PROVIDER = PROVIDER_AT_A_GLANCE.and(
            JsonField.sure("type", TEXT, ""),
            JsonField.of("breaker_reason", TEXT, "why the breaker is not closed"),
            JsonField.sure("in_flight", COUNT, "attempts running now"),
            JsonField.sure("keys", COUNT, "in the pool"),
            JsonField.sure("resting_keys", COUNT, "after a refusal or throttling"),
            JsonField.sure("draining", FLAG, "it was removed or replaced and finishes its streams"),
            JsonField.sure("concurrency_limit", COUNT, "attempts it is given at once; 0: as many as come"),
            JsonField.sure("waiting", COUNT, "requests that wait for a place"),
            JsonField.list(
                    "breakers",
                    JsonShape.of(
                            JsonField.of("model", TEXT, "null: the provider's"),
                            STATE,
                            JsonField.of("reason", TEXT, "why it is not closed, or held"),
                            JsonField.sure("held", FLAG, "by an operator"),
                            JsonField.sure("retry_after_ms", COUNT, "until it is half open"),
                            JsonField.list(
                                    "history",
                                    JsonShape.of(
                                            JsonField.sure("at", TIME, ""), STATE, JsonField.of("reason", TEXT, "")),
                                    "its last turns, oldest first")),
                    "its own, and those of its models that ever turned"));

    static final JsonShape CHECK = JsonShape.of(
            JsonField.sure("healthy", FLAG, "it answered, and took the key"),
            JsonField.sure("status", COUNT, "of HTTP; 0 when none came"),
            JsonField.sure("duration_ms", COUNT, ""),
            JsonField.of("detail", TEXT, "what was found"));

    static final JsonShape TARGET =
            JsonShape.of(JsonField.sure("provider", TEXT, ""), JsonField.sure("model", TEXT, ""));

    static final JsonShape ROUTE = JsonShape.of(
            JsonField.sure("name", TEXT, "what clients ask for"),
            JsonField.word("strategy", LimitsJson.words(RouteConfig.Strategy.values()), "how targets are ordered")
                    .needed(),
            JsonField.list("targets", TARGET.and(JsonField.sure("weight", COUNT, "its share")), ""),
            JsonField.sure("fallbacks", TEXTS, "tried in order when every target failed"));

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

    static JsonObject check(HealthCheckQuery.Result result) {
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
                .put("strategy", LimitsJson.word(route.strategy()))
                .put("targets", targets)
                .put("fallbacks", new JsonArray(route.fallbacks() == null ? List.of() : route.fallbacks()));
    }

    private static JsonObject refusal(ConfigStatus.Refusal refusal) {
        return new JsonObject().put("at", refusal.at().toString()).put("problems", new JsonArray(refusal.problems()));
    }
}
