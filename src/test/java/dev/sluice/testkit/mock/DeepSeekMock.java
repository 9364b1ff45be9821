package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The DeepSeek stand-in: reasons by default, requires its reasoning back after tool calls, and sends keep-alives while
 * queued.
 */
public final class DeepSeekMock extends OpenAiStyleMock {

    private final Validator rules = new Validator();

    private DeepSeekMock(Vertx vertx) {
        super(vertx, "", "sk-mock-deepseek");
        route("POST", "/chat/completions", this::chat);
        route("POST", "/v1/chat/completions", this::chat);
        route("GET", "/models", exchange -> exchange.respond(models("deepseek", "deepseek-flash", "deepseek-v4-pro")));
        route("GET", "/v1/models", exchange -> exchange.respond(models("deepseek", "deepseek-flash")));
    }

    public static DeepSeekMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static DeepSeekMock open(Vertx vertx) {
        return started(new DeepSeekMock(vertx));
    }

    @Override
    MockError wrongKey() {
        String message = "Authentication Fails, Your api key is invalid";
        return new MockError(401, "authentication_error", "invalid_request_error", null, message);
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT -> new MockError(429, "rate_limit_error", null, null, "Rate limit reached");
            case OVERLOADED -> new MockError(503, "service_unavailable_error", null, null, "Service is too busy");
            case QUOTA -> new MockError(402, "unknown_error", "invalid_request_error", null, "Insufficient Balance");
            default -> super.fault(kind);
        };
    }

    /** If the text begins with {@code queued}, blank lines precede the body. */
    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.chat(body);
        exchange.applyFault(parsed.lastText);
        Response response = new Response(parsed, Script.reply(parsed), body, exchange.outputIsFiltered());
        if (!parsed.stream && parsed.lastText.startsWith("queued")) {
            exchange.bytes(
                    200,
                    "application/json",
                    Buffer.buffer("\n\n\n" + response.whole().encode()));
        } else {
            response.to(exchange);
        }
    }

    private static final class Validator extends ChatRequestValidator {

        private static final BodySchema FIELDS = BodySchema.of(
                "model:s! messages:a! thinking:o reasoning_effort:s max_tokens:i(1,393216) response_format:o stop:sa",
                "stream:b stream_options:o temperature:n(0,2) top_p:n(0,1) tools:a tool_choice:so logprobs:b",
                "top_logprobs:i(0,20) frequency_penalty:n(-2,2) presence_penalty:n(-2,2) user_id:s");

        @Override
        public MockError wrong(String field, String expected, Object got) {
            String message =
                    "Failed to deserialize the JSON body into the target type: " + field + ": expected " + expected;
            return new MockError(422, "invalid_request_error", "invalid_request_error", null, message);
        }

        @Override
        Set<String> roles() {
            return Set.of("system", "user", "assistant", "tool");
        }

        @Override
        Set<String> parts(String role) {
            return role.equals("user") ? Set.of("text", "image_url") : Set.of("text");
        }

        /** Accepts and ignores unknown fields. */
        MockRequest chat(JsonObject body) {
            FIELDS.lenient(body, this);
            if (!body.getString("model").startsWith("deepseek-")) {
                throw bad("model", "invalid_request_error", "Model Not Exist");
            }
            MockRequest parsed = read(body);
            String format = Json.in(body, "response_format").getString("type", "text");
            if (format.equals("json_schema")) {
                throw bad(null, "invalid_request_error", "This response_format type is unavailable now");
            }
            String said = body.getJsonArray("messages").encode().toLowerCase(Locale.ROOT);
            if (format.equals("json_object") && !said.contains("json")) {
                throw bad(null, "invalid_request_error", "Prompt must contain the word 'json' in some form");
            }
            String effort = body.getString("reasoning_effort");
            if (effort != null && !Set.of("low", "high", "max").contains(effort)) {
                throw bad(null, "invalid_request_error", "unknown variant `" + effort + "`, expected low, high, max");
            }
            parsed.thinking = !"disabled".equals(Json.in(body, "thinking").getString("type"));
            if (parsed.thinking) {
                thoughtsCameBack(Json.objects(body, "messages"));
            }
            return parsed;
        }

        private void thoughtsCameBack(List<JsonObject> messages) {
            for (JsonObject message : messages) {
                if (message.containsKey("tool_calls") && !(message.getValue("reasoning_content") instanceof String)) {
                    throw bad(
                            null,
                            "invalid_request_error",
                            "The `reasoning_content` in the thinking mode must be passed back to the API.");
                }
            }
        }
    }

    private static final class Response extends ChatMockResponse {

        Response(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        void before(Sse sse) {
            sse.comment("keep-alive").comment("keep-alive");
        }

        @Override
        void think(JsonObject message, String thought) {
            message.put("reasoning_content", thought);
            if (!message.containsKey("role")) {
                message.put("content", null);
            }
        }

        @Override
        void refuse(JsonObject message, String text) {}

        @Override
        void cite(JsonObject message) {}

        @Override
        boolean alwaysSendsUsage() {
            return true;
        }

        @Override
        boolean usageInLastChunk() {
            return true;
        }

        @Override
        boolean usageNulls() {
            return true;
        }

        @Override
        JsonObject usage() {
            Script.Tokens tokens = reply.tokens();
            return Json.obj(
                    "prompt_tokens", tokens.prompt(),
                    "completion_tokens", tokens.output(),
                    "total_tokens", tokens.total(),
                    "prompt_cache_hit_tokens", tokens.cached(),
                    "prompt_cache_miss_tokens", tokens.prompt() - tokens.cached(),
                    "prompt_tokens_details", Json.obj("cached_tokens", tokens.cached()),
                    "completion_tokens_details", Json.obj("reasoning_tokens", tokens.reasoning()));
        }
    }
}
