package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** The Groq stand-in: chat with timing figures, tool calls in one chunk, unknown fields rejected. */
public final class GroqMock extends OpenAiStyleMock {

    private static final String[] MODELS = {"openai/gpt-oss-120b", "openai/gpt-oss-20b", "llama-3.3-70b-versatile"};

    private final Validator rules = new Validator();
    private final ResponsesRequestValidator responses = new ResponsesRequestValidator();
    private final OpenAiMedia media = new OpenAiMedia(this, rules);

    private GroqMock(Vertx vertx) {
        super(vertx, "/openai/v1", "gsk_mock");
        route("POST", "/openai/v1/chat/completions", this::chat);
        route("POST", "/openai/v1/responses", this::respond);
        route("POST", "/openai/v1/audio/transcriptions", exchange -> media.transcribe(exchange, null));
        route("GET", "/openai/v1/models", this::models);
    }

    public static GroqMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static GroqMock open(Vertx vertx) {
        return started(new GroqMock(vertx));
    }

    /** Requests are counted by the day and tokens by the minute. */
    @Override
    void decorate(HttpServerResponse response) {
        rates(response);
        response.putHeader("x-ratelimit-reset-requests", "2m59.56s").putHeader("x-ratelimit-reset-tokens", "7.66s");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new MockError(429, "tokens", "rate_limit_exceeded", null, "Rate limit reached for model.")
                        .header("retry-after", "2");
            case OVERLOADED ->
                new MockError(498, "capacity_exceeded", "capacity_exceeded", null, "Flex tier capacity.");
            case CONTENT_FILTER -> {
                JsonObject error = Json.obj(
                        "message", "Failed to call a function.",
                        "type", "invalid_request_error",
                        "code", "tool_use_failed",
                        "failed_generation", "<function=weather");
                yield MockError.withBody(400, Json.obj("error", error));
            }
            default -> super.fault(kind);
        };
    }

    private void models(MockExchange exchange) {
        JsonObject list = models("Groq", MODELS);
        Json.objects(list, "data")
                .forEach(card -> card.put("context_window", 131_072).put("active", true));
        exchange.respond(list);
    }

    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.chat(body);
        exchange.applyFault(parsed.lastText);
        new Response(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private void respond(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = responses.read(body);
        rules.exists(body.getString("model"));
        exchange.applyFault(parsed.lastText);
        new ResponsesMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private static final class Validator extends ChatRequestValidator {

        private static final BodySchema FIELDS = BodySchema.of(
                "model:s! messages:a! citation_options:s compound_custom:o disable_tool_validation:b documents:a",
                "frequency_penalty:n(-2,2) function_call:so functions:a include_reasoning:b max_completion_tokens:i",
                "max_tokens:i metadata:o n:i parallel_tool_calls:b presence_penalty:n(-2,2) reasoning_effort:s",
                "reasoning_format:s response_format:o search_settings:o seed:i service_tier:s stop:sa store:b stream:b",
                "stream_options:o temperature:n(0,2) tool_choice:so tools:a top_p:n(0,1) user:s");

        @Override
        public MockError unknown(String field) {
            return bad(null, null, "property '" + field + "' is unsupported");
        }

        MockRequest chat(JsonObject body) {
            FIELDS.strict(body, this);
            String model = body.getString("model");
            exists(model);
            if (body.getInteger("n", 1) != 1) {
                throw bad("n", null, "'n' : number must be at most 1");
            }
            for (JsonObject message : Json.objects(body, "messages")) {
                if (message.containsKey("name")) {
                    throw bad(null, null, "'messages.0' : property 'name' is unsupported");
                }
            }
            MockRequest parsed = read(body);
            effort(body, model, parsed);
            return parsed;
        }

        void exists(String model) {
            if (!Set.of(MODELS).contains(model) && !model.matches("(qwen|meta-llama|llama|groq)[-/].*")) {
                throw new MockError(
                        404,
                        "invalid_request_error",
                        "model_not_found",
                        null,
                        "The model `" + model + "` does not exist or you do not have access to it.");
            }
        }

        private void effort(JsonObject body, String model, MockRequest parsed) {
            String effort = body.getString("reasoning_effort");
            List<String> takes = List.of();
            if (model.contains("gpt-oss")) {
                takes = List.of("low", "medium", "high");
            } else if (model.startsWith("qwen/")) {
                takes = List.of("none", "default");
            }
            if (effort != null && !takes.contains(effort)) {
                throw bad("reasoning_effort", null, "`reasoning_effort` must be one of " + takes);
            }
            String format = body.getString("reasoning_format");
            if ("raw".equals(format) && (parsed.schema || !parsed.tools.isEmpty())) {
                throw bad("reasoning_format", null, "reasoning_format 'raw' is not supported with JSON mode or tools");
            }
            parsed.thinking = effort != null && !effort.equals("none");
        }
    }

    private static final class Response extends ChatMockResponse {

        Response(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        boolean wholeCalls() {
            return true;
        }

        @Override
        void think(JsonObject message, String thought) {
            boolean hidden = "hidden".equals(body.getString("reasoning_format"))
                    || Boolean.FALSE.equals(body.getValue("include_reasoning"));
            if (!hidden) {
                message.put("reasoning", thought);
            }
        }

        @Override
        void refuse(JsonObject message, String text) {}

        @Override
        void cite(JsonObject message) {}

        /** The first chunk has the id, the last one the usage, whether it was asked for or not. */
        @Override
        JsonObject chunk(int index, JsonObject delta, String finish) {
            JsonObject chunk = super.chunk(index, delta, finish);
            if (delta.containsKey("role")) {
                chunk.put("x_groq", Json.obj("id", "req_mock1"));
            } else if (finish != null) {
                chunk.put("x_groq", Json.obj("id", "req_mock1", "usage", usage()));
            }
            return chunk;
        }

        @Override
        boolean usageNulls() {
            return false;
        }

        @Override
        void top(JsonObject envelope) {
            if (!parsed.stream) {
                envelope.put("x_groq", Json.obj("id", "req_mock1"));
            }
        }

        @Override
        String errorFrame() {
            JsonObject chunk = envelope("chat.completion.chunk").put("choices", Json.arr());
            return "data: "
                    + chunk.put("x_groq", Json.obj("error", "over capacity")).encode() + "\n\n";
        }

        @Override
        JsonObject usage() {
            Script.Tokens tokens = reply.tokens();
            return Json.obj(
                    "queue_time", 0.01,
                    "prompt_time", 0.02,
                    "completion_time", 0.03,
                    "total_time", 0.05,
                    "prompt_tokens", tokens.prompt(),
                    "completion_tokens", tokens.output(),
                    "total_tokens", tokens.total(),
                    "prompt_tokens_details", Json.obj("cached_tokens", tokens.cached()),
                    "completion_tokens_details", Json.obj("reasoning_tokens", tokens.reasoning()));
        }
    }
}
