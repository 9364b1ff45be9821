package dev.sluice.admin;

import static dev.sluice.admin.api.Field.Kind.COUNT;
import static dev.sluice.admin.api.Field.Kind.FLAG;
import static dev.sluice.admin.api.Field.Kind.TEXT;
import static dev.sluice.admin.api.Field.Kind.TEXTS;
import static dev.sluice.admin.api.Field.Kind.TIME;

import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
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

    static final Shape CONFIG = Shape.of(
            Field.sure("revision", TEXT, "hash of what serves"),
            Field.sure("loaded_at", TIME, "since when it serves"),
            Field.object(
                    "last_refusal",
                    Shape.of(Field.sure("at", TIME, ""), Field.sure("problems", TEXTS, "")),
                    "the edit that was refused since; null when the newest serves"),
            Field.sure("restart_needed", TEXTS, "keys that were changed and take effect with the next start only"));

    private static final Field BREAKER = Field.oneOf("breaker", "closed", "half_open", "open");
    private static final Field STATE = Field.oneOf("state", "closed", "half_open", "open");

    static final Shape PROVIDER_AT_A_GLANCE =
            Shape.of(Field.sure("name", TEXT, ""), BREAKER, Field.of("drained", TEXT, "why; null: it is not"));

    static final Shape PROVIDER = PROVIDER_AT_A_GLANCE.and(
            Field.sure("type", TEXT, ""),
            Field.of("breaker_reason", TEXT, "why the breaker is not closed"),
            Field.sure("in_flight", COUNT, "attempts running now"),
            Field.sure("keys", COUNT, "in the pool"),
            Field.sure("resting_keys", COUNT, "after a refusal or throttling"),
            Field.sure("draining", FLAG, "it was removed or replaced and finishes its streams"),
            Field.sure("concurrency_limit", COUNT, "attempts it is given at once; 0: as many as come"),
            Field.sure("waiting", COUNT, "requests that wait for a place"),
            Field.list(
                    "breakers",
                    Shape.of(
                            Field.of("model", TEXT, "null: the provider's"),
                            STATE,
                            Field.of("reason", TEXT, "why it is not closed, or held"),
                            Field.sure("held", FLAG, "by an operator"),
                            Field.sure("retry_after_ms", COUNT, "until it is half open"),
                            Field.list(
                                    "history",
                                    Shape.of(Field.sure("at", TIME, ""), STATE, Field.of("reason", TEXT, "")),
                                    "its last turns, oldest first")),
                    "its own, and those of its models that ever turned"));

    static final Shape CHECK = Shape.of(
            Field.sure("healthy", FLAG, "it answered, and took the key"),
            Field.sure("status", COUNT, "of HTTP; 0 when none came"),
            Field.sure("duration_ms", COUNT, ""),
            Field.of("detail", TEXT, "what was found"));

    static final Shape TARGET = Shape.of(Field.sure("provider", TEXT, ""), Field.sure("model", TEXT, ""));

    static final Shape ROUTE = Shape.of(
            Field.sure("name", TEXT, "what clients ask for"),
            Field.word("strategy", Terms.words(RouteConfig.Strategy.values()), "how targets are ordered")
                    .needed(),
            Field.list("targets", TARGET.and(Field.sure("weight", COUNT, "its share")), ""),
            Field.sure("fallbacks", TEXTS, "tried in order when every target failed"));

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
