package dev.sluice.testkit.mock;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** The Anthropic stand-in: messages, token counting and the model list, in both API versions. */
public final class AnthropicMock extends MockProvider {

    private final AnthropicRequestValidator rules = new AnthropicRequestValidator();
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

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static AnthropicMock open(Vertx vertx) {
        return started(new AnthropicMock(vertx));
    }

    /** Sets the default page size of the model list. */
    public void pageModelsBy(int count) {
        usualPage = count;
    }

    /** Accepts the key in {@code x-api-key} or as a bearer token, not both; requires a version. */
    @Override
    void authorise(MockExchange exchange) {
        String sent = exchange.header("x-api-key");
        String bearer = exchange.header("authorization");
        if (sent != null && bearer != null) {
            throw new MockError(401, "authentication_error", null, null, "Send x-api-key or Authorization, not both");
        }
        if (!key().equals(sent) && !("Bearer " + key()).equals(bearer)) {
            throw new MockError(401, "authentication_error", null, null, "invalid x-api-key");
        }
        version(exchange);
    }

    private static String version(MockExchange exchange) {
        String version = exchange.header("anthropic-version");
        if (version == null) {
            throw AnthropicRequestValidator.bad("anthropic-version: header is required");
        }
        if (!Set.of("2023-06-01", AnthropicRequestValidator.NEWER).contains(version)) {
            throw AnthropicRequestValidator.bad("anthropic-version: \"" + version + "\" is not a valid version");
        }
        return version;
    }

    @Override
    JsonObject envelope(MockError failure) {
        JsonObject error = Json.obj("type", failure.type, "message", failure.getMessage());
        if (failure.code != null) {
            error.put("details", Json.obj("error_code", failure.code));
        }
        return Json.obj("type", "error", "error", error, "request_id", "req_mock1");
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return new MockError(404, "not_found_error", null, null, "Not Found");
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
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new MockError(429, "rate_limit_error", null, null, "This request would exceed your rate limit.")
                        .header("retry-after", "2");
            case OVERLOADED -> new MockError(529, "overloaded_error", null, null, "Overloaded");
            case CONTEXT_LENGTH ->
                AnthropicRequestValidator.bad("prompt is too long: 1000001 tokens > 1000000 maximum");
            case CONTENT_FILTER -> AnthropicRequestValidator.bad("Output blocked by content filtering policy");
            case AUTH -> new MockError(401, "authentication_error", null, null, "invalid x-api-key");
            case QUOTA ->
                new MockError(429, "rate_limit_error", "enforced_spend_limit_reached", null, "Spend limit reached.")
                        .header("x-should-retry", "false");
            default -> new MockError(500, "api_error", null, null, "Internal server error");
        };
    }

    private void messages(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.read(body, version(exchange), false);
        exchange.applyFault(parsed.lastText);
        new AnthropicMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private void count(MockExchange exchange) {
        MockRequest parsed = rules.read(exchange.json(), version(exchange), true);
        exchange.applyFault(parsed.lastText);
        exchange.respond(Json.obj("input_tokens", Script.reply(parsed).tokens().prompt()));
    }

    /** Pages by cursor, 20 models a page by default. */
    private void models(MockExchange exchange) {
        List<String> known = AnthropicModelValidator.known();
        MultiMap query = exchange.request.params();
        String after = query.get("after_id");
        if (after != null && !known.contains(after)) {
            throw AnthropicRequestValidator.bad("after_id: not found");
        }
        int from = after == null ? 0 : known.indexOf(after) + 1;
        int limit = query.contains("limit") ? Integer.parseInt(query.get("limit")) : usualPage;
        List<String> page = known.subList(from, Math.min(known.size(), from + limit));
        exchange.respond(Json.obj(
                "data",
                Json.arr(page.stream().map(AnthropicMock::card)),
                "has_more",
                from + limit < known.size(),
                "first_id",
                page.isEmpty() ? null : page.get(0),
                "last_id",
                page.isEmpty() ? null : page.get(page.size() - 1)));
    }

    private void model(MockExchange exchange) {
        String id = exchange.param("id");
        if (!AnthropicModelValidator.known().contains(id)) {
            throw new MockError(404, "not_found_error", null, null, "model: " + id);
        }
        exchange.respond(card(id));
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
