package dev.sluice.testkit.mock;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Anthropic: messages, the token counter and the list of models, in both API versions. */
public final class AnthropicMock extends MockProvider {

    private final AnthropicRules rules = new AnthropicRules();
    private volatile int usualPage = 20;

    private AnthropicMock(Vertx vertx) {
        super(vertx, "", "sk-ant-mock");
        route("POST", "/v1/messages", this::messages);
        route("POST", "/v1/messages/count_tokens", this::count);
        route("GET", "/v1/models", this::models);
        route("GET", "/v1/models/{id}", this::model);
    }

    public static AnthropicMock open() {
        return open(null);
    }

    /** @param vertx which its owner closes; null for one of the mock's own */
    public static AnthropicMock open(Vertx vertx) {
        return started(new AnthropicMock(vertx));
    }

    /** How many models are on a page when the client does not say. */
    public void pageModelsBy(int count) {
        usualPage = count;
    }

    /** A key, or the same as a bearer; never both, and always a version. */
    @Override
    void authorise(Exchange exchange) {
        String sent = exchange.header("x-api-key");
        String bearer = exchange.header("authorization");
        if (sent != null && bearer != null) {
            throw new Refusal(401, "authentication_error", null, null, "Send x-api-key or Authorization, not both");
        }
        if (!key().equals(sent) && !("Bearer " + key()).equals(bearer)) {
            throw new Refusal(401, "authentication_error", null, null, "invalid x-api-key");
        }
        version(exchange);
    }

    private static String version(Exchange exchange) {
        String version = exchange.header("anthropic-version");
        if (version == null) {
            throw AnthropicRules.bad("anthropic-version: header is required");
        }
        if (!Set.of("2023-06-01", AnthropicRules.NEWER).contains(version)) {
            throw AnthropicRules.bad("anthropic-version: \"" + version + "\" is not a valid version");
        }
        return version;
    }

    @Override
    JsonObject envelope(Refusal refusal) {
        JsonObject error = Json.obj("type", refusal.type, "message", refusal.getMessage());
        if (refusal.code != null) {
            error.put("details", Json.obj("error_code", refusal.code));
        }
        return Json.obj("type", "error", "error", error, "request_id", "req_mock1");
    }

    @Override
    Refusal notFound(Seen seen) {
        return new Refusal(404, "not_found_error", null, null, "Not Found");
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("request-id", "req_mock1").putHeader("anthropic-organization-id", "org-mock");
        for (String what : List.of("requests", "tokens", "input-tokens", "output-tokens")) {
            response.putHeader("anthropic-ratelimit-" + what + "-limit", "4000")
                    .putHeader("anthropic-ratelimit-" + what + "-remaining", "3999")
                    .putHeader("anthropic-ratelimit-" + what + "-reset", "2026-11-24T12:41:00Z");
        }
    }

    @Override
    Refusal fault(Fault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new Refusal(429, "rate_limit_error", null, null, "This request would exceed your rate limit.")
                        .header("retry-after", "2");
            case OVERLOADED -> new Refusal(529, "overloaded_error", null, null, "Overloaded");
            case CONTEXT_LENGTH -> AnthropicRules.bad("prompt is too long: 1000001 tokens > 1000000 maximum");
            case CONTENT_FILTER -> AnthropicRules.bad("Output blocked by content filtering policy");
            case AUTH -> new Refusal(401, "authentication_error", null, null, "invalid x-api-key");
            case QUOTA ->
                new Refusal(429, "rate_limit_error", "enforced_spend_limit_reached", null, "Spend limit reached.")
                        .header("x-should-retry", "false");
            default -> new Refusal(500, "api_error", null, null, "Internal server error");
        };
    }

    private void messages(Exchange exchange) {
        JsonObject body = exchange.json();
        Ask ask = rules.read(body, version(exchange), false);
        exchange.mind(ask.lastText);
        new AnthropicAnswer(ask, Script.answer(ask), body, exchange.mindsFilteredOutput()).to(exchange);
    }

    private void count(Exchange exchange) {
        Ask ask = rules.read(exchange.json(), version(exchange), true);
        exchange.mind(ask.lastText);
        exchange.answer(Json.obj("input_tokens", Script.answer(ask).tokens().prompt()));
    }

    /** By cursor, 20 to a page where the client does not say. */
    private void models(Exchange exchange) {
        List<String> known = AnthropicModels.known();
        MultiMap query = exchange.request.params();
        String after = query.get("after_id");
        if (after != null && !known.contains(after)) {
            throw AnthropicRules.bad("after_id: not found");
        }
        int from = after == null ? 0 : known.indexOf(after) + 1;
        int limit = query.contains("limit") ? Integer.parseInt(query.get("limit")) : usualPage;
        List<String> page = known.subList(from, Math.min(known.size(), from + limit));
        exchange.answer(Json.obj(
                "data",
                Json.arr(page.stream().map(AnthropicMock::card)),
                "has_more",
                from + limit < known.size(),
                "first_id",
                page.isEmpty() ? null : page.get(0),
                "last_id",
                page.isEmpty() ? null : page.get(page.size() - 1)));
    }

    private void model(Exchange exchange) {
        String id = exchange.param("id");
        if (!AnthropicModels.known().contains(id)) {
            throw new Refusal(404, "not_found_error", null, null, "model: " + id);
        }
        exchange.answer(card(id));
    }

    private static JsonObject card(String id) {
        return Json.obj(
                "type",
                "model",
                "id",
                id,
                "display_name",
                id,
                "created_at",
                "2026-01-01T00:00:00Z",
                "max_input_tokens",
                1_000_000,
                "max_tokens",
                128_000,
                "lifecycle",
                "active",
                "deprecated_at",
                null,
                "retires_at",
                null);
    }
}
