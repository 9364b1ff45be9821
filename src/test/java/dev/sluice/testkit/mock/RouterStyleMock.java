package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/**
 * The base of the OpenRouter and Blackbox stand-ins: an error envelope whose code is the status, and OpenRouter's chat
 * format.
 */
abstract class RouterStyleMock extends OpenAiStyleMock {

    RouterStyleMock(Vertx vertx, String root, String key) {
        super(vertx, root, key);
    }

    @Override
    void authorise(MockExchange exchange) {
        if (!("Bearer " + key()).equals(exchange.header("authorization"))) {
            throw wrongKey();
        }
    }

    @Override
    MockError wrongKey() {
        return new MockError(401, "", null, null, "No auth credentials found");
    }

    @Override
    JsonObject envelope(MockError failure) {
        JsonObject error = Json.obj("code", failure.status, "message", failure.getMessage());
        if (failure.code instanceof JsonObject metadata) {
            error.put("metadata", metadata);
        }
        return Json.obj("error", error);
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return new MockError(404, "", null, null, "Not Found");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new MockError(429, "", metadata("rate_limit_exceeded"), null, "Rate limit exceeded")
                        .header("x-ratelimit-limit", "20")
                        .header("x-ratelimit-remaining", "0")
                        .header("x-ratelimit-reset", "1763856060000");
            case OVERLOADED -> new MockError(529, "", metadata("provider_overloaded"), null, "Provider overloaded");
            case CONTEXT_LENGTH ->
                new MockError(
                        400, "", metadata("context_length_exceeded"), null, "Maximum context length is 128000 tokens");
            case CONTENT_FILTER -> {
                JsonObject flagged = Json.obj(
                        "reasons", Json.arr("violence"),
                        "flagged_input", "...",
                        "provider_name", "Mock",
                        "model_slug", "mock");
                yield new MockError(403, "", flagged, null, "Input was flagged by moderation");
            }
            case AUTH -> wrongKey();
            case QUOTA -> new MockError(402, "", metadata("payment_required"), null, "Insufficient credits");
            default -> new MockError(502, "", metadata("provider_unavailable"), null, "Provider returned error");
        };
    }

    static JsonObject metadata(String type) {
        return Json.obj("error_type", type, "provider_name", "Mock");
    }

    /** OpenAI's chunks with comments between them, usage that nobody has to ask for, and an error as a chunk. */
    static class Response extends ChatMockResponse {

        Response(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        String id() {
            return "gen-mock1";
        }

        @Override
        boolean alwaysSendsUsage() {
            return true;
        }

        @Override
        void choice(JsonObject choice) {
            boolean ended = choice.getValue("finish_reason") != null;
            choice.put("native_finish_reason", ended ? "mock_" + choice.getString("finish_reason") : null);
        }

        @Override
        String errorFrame() {
            JsonObject error = Json.obj("code", 502, "message", "Provider returned error");
            JsonObject choice = Json.obj("index", 0, "delta", Json.obj("content", ""), "finish_reason", "error");
            JsonObject chunk = envelope("chat.completion.chunk")
                    .put("error", error.put("metadata", metadata("provider_unavailable")))
                    .put("choices", Json.arr(choice));
            return "data: " + chunk.encode() + "\n\n";
        }
    }
}
