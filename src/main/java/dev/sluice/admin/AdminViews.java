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

/**
 * JSON of config, providers and routes in admin responses. The member names are a contract with scripts; names of the
 * records are not.
 */
final class AdminViews {

    static final JsonShape CONFIG = JsonShape.of(
            JsonField.always("revision", TEXT, "Hash of the active config"),
            JsonField.always("loaded_at", TIME, "When it became active"),
            JsonField.object(
                    "last_refusal",
                    JsonShape.of(JsonField.always("at", TIME, ""), JsonField.always("problems", TEXTS, "")),
                    "The last edit, if it was refused; null if the newest one is active"),
            JsonField.always("restart_required", TEXTS, "Changed keys that take effect at the next start only"));

    private static final JsonField BREAKER = JsonField.oneOf("breaker", "closed", "half_open", "open");
    private static final JsonField STATE = JsonField.oneOf("state", "closed", "half_open", "open");

    static final JsonShape PROVIDER_AT_A_GLANCE = JsonShape.of(
            JsonField.always("name", TEXT, ""),
            BREAKER,
            JsonField.always("keys", COUNT, "API keys in the pool"),
            JsonField.always("cooling_keys", COUNT, "Keys in cooldown for all models"),
            JsonField.of("drained", TEXT, "Why it is drained; null if it is not"));

    static final JsonShape PROVIDER = PROVIDER_AT_A_GLANCE.and(
            JsonField.always("type", TEXT, ""),
            JsonField.of("breaker_reason", TEXT, "Why the breaker is not closed"),
            JsonField.always("in_flight", COUNT, "Attempts running now"),
            JsonField.always("resting_keys", COUNT, "Former name of cooling_keys, for one release"),
            JsonField.list(
                    "cooldowns",
                    JsonShape.of(
                            JsonField.always("key", COUNT, "Its number in api_keys, from 1"),
                            JsonField.of("model", TEXT, "The model it is not used for; null for all models"),
                            JsonField.always("code", TEXT, "Code of the error that started it"),
                            JsonField.of("detail", TEXT, "The provider's reason"),
                            JsonField.always("retry_after_ms", COUNT, "Time until the key is used again")),
                    "Cooldowns of its keys, after a rejection or throttling"),
            JsonField.always("draining", FLAG, "Removed or replaced, finishing its running requests"),
            JsonField.always("concurrency_limit", COUNT, "Limit of concurrent attempts; 0 for none"),
            JsonField.always("waiting", COUNT, "Requests waiting for a permit"),
            JsonField.list(
                    "breakers",
                    JsonShape.of(
                            JsonField.of("model", TEXT, "Null for the provider's own breaker"),
                            STATE,
                            JsonField.of("reason", TEXT, "Why it is not closed or is held"),
                            JsonField.always("held", FLAG, "Held by an operator"),
                            JsonField.always("retry_after_ms", COUNT, "Time until it is half open"),
                            JsonField.list(
                                    "history",
                                    JsonShape.of(
                                            JsonField.always("at", TIME, ""), STATE, JsonField.of("reason", TEXT, "")),
                                    "Its last transitions, oldest first")),
                    "Its own breaker, and the breakers of models that have opened"));

    static final JsonShape CHECK = JsonShape.of(
            JsonField.always("healthy", FLAG, "It responded and accepted the key"),
            JsonField.always("status", COUNT, "HTTP status; 0 without a response"),
            JsonField.always("duration_ms", COUNT, ""),
            JsonField.of("detail", TEXT, "Result of the check"));

    static final JsonShape TARGET =
            JsonShape.of(JsonField.always("provider", TEXT, ""), JsonField.always("model", TEXT, ""));

    static final JsonShape ROUTE = JsonShape.of(
            JsonField.always("name", TEXT, "The model name that clients use"),
            JsonField.word("strategy", LimitsJson.labels(RouteConfig.Strategy.values()), "How targets are ordered")
                    .asRequired(),
            JsonField.list("targets", TARGET.and(JsonField.always("weight", COUNT, "Its share of requests")), ""),
            JsonField.always("fallbacks", TEXTS, "Tried in order if every target fails"));

    private AdminViews() {}

    static JsonObject config(ConfigStatus status) {
        ConfigStatus.Refusal refusal = status.lastRefusal();
        return new JsonObject()
                .put("revision", status.revision())
                .put("loaded_at", status.loadedAt().toString())
                .put("last_refusal", refusal == null ? null : refusal(refusal))
                .put("restart_required", new JsonArray(status.restartNeeded()));
    }

    static JsonObject provider(ProviderStatus status) {
        return new JsonObject()
                .put("name", status.name())
                .put("type", status.type())
                .put("breaker", status.breaker())
                .put("breaker_reason", status.breakerReason())
                .put("in_flight", status.inFlight())
                .put("keys", status.keys())
                .put("cooling_keys", status.coolingKeys())
                .put("resting_keys", status.coolingKeys())
                .put("cooldowns", array(status.cooldowns(), AdminViews::cooldown))
                .put("draining", status.retiring())
                .put("concurrency_limit", status.limit())
                .put("waiting", status.waiting())
                .put("drained", status.drained())
                .put("breakers", array(status.breakers(), AdminViews::breaker));
    }

    private static JsonObject cooldown(ProviderStatus.Cooldown cooldown) {
        return new JsonObject()
                .put("key", cooldown.key())
                .put("model", cooldown.model())
                .put("code", cooldown.code())
                .put("detail", cooldown.detail())
                .put("retry_after_ms", cooldown.retryAfterMillis());
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
                                transition -> new JsonObject()
                                        .put("at", transition.at().toString())
                                        .put("state", transition.state().label())
                                        .put("reason", transition.reason())));
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
                .put("strategy", LimitsJson.label(route.strategy()))
                .put("targets", targets)
                .put("fallbacks", new JsonArray(route.fallbacks() == null ? List.of() : route.fallbacks()));
    }

    private static JsonObject refusal(ConfigStatus.Refusal refusal) {
        return new JsonObject().put("at", refusal.at().toString()).put("problems", new JsonArray(refusal.problems()));
    }
}
