package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The base of stand-ins with OpenAI's error envelope and a bearer key. */
abstract class OpenAiStyleMock extends MockProvider {

    OpenAiStyleMock(Vertx vertx, String root, String key) {
        super(vertx, root, key);
    }

    @Override
    void authorise(MockExchange exchange) {
        String sent = exchange.header("authorization");
        if (sent == null) {
            throw new MockError(401, "invalid_request_error", null, null, "You didn't provide an API key.");
        }
        if (!sent.equals("Bearer " + key())) {
            throw wrongKey();
        }
    }

    MockError wrongKey() {
        return new MockError(401, "invalid_request_error", "invalid_api_key", null, "Incorrect API key provided.");
    }

    @Override
    JsonObject envelope(MockError failure) {
        return Json.obj(
                "error",
                Json.obj(
                        "message", failure.getMessage(),
                        "type", failure.type,
                        "param", failure.param,
                        "code", failure.code));
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new MockError(429, "requests", "rate_limit_exceeded", null, "Rate limit reached for requests.")
                        .header("retry-after", "2")
                        .header("retry-after-ms", "1500");
            case OVERLOADED ->
                new MockError(503, "server_error", "server_is_overloaded", null, "The server is currently overloaded.");
            case CONTEXT_LENGTH ->
                new MockError(
                        400,
                        "invalid_request_error",
                        "context_length_exceeded",
                        "messages",
                        "This model's maximum context length is 128000 tokens.");
            case CONTENT_FILTER ->
                new MockError(400, "invalid_request_error", "content_policy_violation", null, "Rejected by policy.");
            case AUTH -> wrongKey();
            case QUOTA ->
                new MockError(
                        429,
                        "insufficient_quota",
                        "insufficient_quota",
                        null,
                        "You exceeded your current quota, please check your plan and billing details.");
            default -> new MockError(500, "server_error", null, null, "The server had an error.");
        };
    }

    /** The rate headers in OpenAI's names, with resets as Go durations. */
    static void rates(HttpServerResponse response) {
        response.putHeader("x-ratelimit-limit-requests", "10000")
                .putHeader("x-ratelimit-remaining-requests", "9999")
                .putHeader("x-ratelimit-reset-requests", "6ms")
                .putHeader("x-ratelimit-limit-tokens", "2000000")
                .putHeader("x-ratelimit-remaining-tokens", "1999967")
                .putHeader("x-ratelimit-reset-tokens", "1m0.5s");
    }

    /** A list of models in OpenAI's shape. */
    static JsonObject models(String owner, String... ids) {
        return Json.obj(
                "object",
                "list",
                "data",
                Json.arr(java.util.Arrays.stream(ids)
                        .map(id -> Json.obj("id", id, "object", "model", "created", 1, "owned_by", owner))));
    }
}
