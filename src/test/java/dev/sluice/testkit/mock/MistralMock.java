package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.IntStream;

/** The Mistral stand-in: 422 for unknown fields, reasoning as content chunks, tool calls in one chunk. */
public final class MistralMock extends OpenAiStyleMock {

    private final Validator rules = new Validator();

    private MistralMock(Vertx vertx) {
        super(vertx, "", "mistral-mock-key");
        route("POST", "/v1/chat/completions", this::chat);
        route("POST", "/v1/embeddings", this::embed);
        route("POST", "/v1/moderations", this::moderate);
        route("GET", "/v1/models", this::models);
    }

    public static MistralMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static MistralMock open(Vertx vertx) {
        return started(new MistralMock(vertx));
    }

    @Override
    void authorise(MockExchange exchange) {
        if (!("Bearer " + key()).equals(exchange.header("authorization"))) {
            throw wrongKey();
        }
    }

    @Override
    MockError wrongKey() {
        return MockError.withBody(401, Json.obj("detail", "Unauthorized"));
    }

    @Override
    JsonObject envelope(MockError failure) {
        return Json.obj(
                "object",
                "error",
                "message",
                failure.getMessage(),
                "type",
                failure.type,
                "param",
                failure.param,
                "code",
                failure.code == null ? "1500" : failure.code);
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return MockError.withBody(404, Json.obj("message", "no Route matched with those values"));
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("x-ratelimit-limit-req-minute", "60")
                .putHeader("x-ratelimit-remaining-req-minute", "59")
                .putHeader("x-ratelimit-limit-tokens-minute", "500000")
                .putHeader("x-ratelimit-remaining-tokens-minute", "499000")
                .putHeader("x-ratelimit-tokens-query-cost", "30");
    }

    /** No quota left is a limit of zero: the model is not on the plan. */
    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                MockError.withBody(429, Json.obj("message", "Rate limit exceeded"))
                        .header("x-ratelimit-remaining-req-minute", "0");
            case QUOTA ->
                MockError.withBody(429, Json.obj("message", "Rate limit exceeded"))
                        .header("x-ratelimit-limit-req-minute", "0")
                        .header("x-ratelimit-remaining-req-minute", "0");
            case OVERLOADED -> new MockError(503, "internal_server_error", "3505", null, "Service unavailable.");
            case CONTEXT_LENGTH ->
                new MockError(400, "invalid_request_error", "3051", null, "Prompt contains 300000 tokens, too large");
            default -> super.fault(kind);
        };
    }

    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.chat(body);
        exchange.applyFault(parsed.lastText);
        new Response(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private void embed(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! input:sa! output_dimension:i output_dtype:s encoding_format:s metadata:o")
                .strict(body, rules);
        rules.model(body.getString("model"));
        int count = body.getValue("input") instanceof JsonArray many ? many.size() : 1;
        exchange.respond(Json.obj(
                "id", "emb-mock1",
                "object", "list",
                "data",
                        Json.arr(IntStream.range(0, count)
                                .mapToObj(
                                        i -> Json.obj("object", "embedding", "index", i, "embedding", Vectors.of(i)))),
                "model", body.getString("model"),
                "usage", Json.obj("prompt_tokens", 5, "completion_tokens", 0, "total_tokens", 5)));
    }

    private void moderate(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! input:sa! metadata:o").strict(body, rules);
        boolean bad = body.getValue("input").toString().contains("violence");
        JsonObject result = Json.obj(
                "categories", Json.obj("violence_and_threats", bad, "pii", false),
                "category_scores", Json.obj("violence_and_threats", bad ? 0.9 : 0.1, "pii", 0.1));
        int count = body.getValue("input") instanceof JsonArray many ? many.size() : 1;
        exchange.respond(Json.obj(
                "id", "mod-mock1",
                "model", body.getString("model"),
                "results", Json.arr(IntStream.range(0, count).mapToObj(i -> result.copy()))));
    }

    private void models(MockExchange exchange) {
        JsonObject list = models("mistralai", "mistral-large-4", "codestral-2508", "mistral-embed");
        for (JsonObject card : Json.objects(list, "data")) {
            boolean chats = !card.getString("id").endsWith("embed");
            card.put("capabilities", Json.obj("completion_chat", chats, "function_calling", chats, "vision", chats))
                    .put("max_context_length", 262_144)
                    .put("aliases", new JsonArray())
                    .put("deprecation", null);
        }
        exchange.respond(list);
    }

    private static final class Validator extends ChatRequestValidator {

        private static final BodySchema FIELDS = BodySchema.of(
                "model:s! messages:a! temperature:n(0,1.5) top_p:n(0,1) max_tokens:i stream:b stop:sa random_seed:i",
                "response_format:o tools:a tool_choice:so presence_penalty:n(-2,2) frequency_penalty:n(-2,2) n:i",
                "prediction:o parallel_tool_calls:b prompt_mode:s reasoning_effort:s safe_prompt:b prompt_cache_key:s",
                "guardrails:a service_tier:s metadata:o");

        private static MockError detail(String type, String field, String message) {
            JsonObject one = Json.obj("type", type, "loc", Json.arr("body", field), "msg", message, "input", null);
            return MockError.withBody(422, Json.obj("detail", Json.arr(one)));
        }

        @Override
        public MockError unknown(String field) {
            return detail("extra_forbidden", field, "Extra inputs are not permitted");
        }

        @Override
        public MockError missing(String field) {
            return detail("missing", field, "Field required");
        }

        @Override
        public MockError wrong(String field, String expected, Object got) {
            return detail("value_error", field, "Input should be " + expected);
        }

        @Override
        Set<String> roles() {
            return Set.of("system", "user", "assistant", "tool");
        }

        @Override
        Set<String> parts(String role) {
            return switch (role) {
                case "user" -> Set.of("text", "image_url", "document_url", "input_audio", "file", "reference");
                case "assistant" -> Set.of("text", "thinking", "reference");
                default -> Set.of("text");
            };
        }

        @Override
        Set<String> messageFields(String role) {
            return switch (role) {
                case "assistant" -> Set.of("role", "content", "tool_calls", "prefix");
                case "tool" -> Set.of("role", "content", "tool_call_id", "name");
                default -> Set.of("role", "content");
            };
        }

        @Override
        boolean bareImageUrl() {
            return true;
        }

        @Override
        String choice(String word) {
            return word.equals("any") ? MockRequest.REQUIRED : super.choice(word);
        }

        @Override
        void checkCallId(String id) {
            if (!id.matches("[a-zA-Z0-9]{9}")) {
                throw bad(null, "3280", "Tool call id was " + id + " but must be a-z, A-Z, 0-9, with a length of 9.");
            }
        }

        @Override
        void checkEnd(JsonObject last) {
            String role = last.getString("role");
            if (role.equals("assistant") && !last.getBoolean("prefix", false)) {
                throw bad(
                        null,
                        "3230",
                        "Expected last role User or Tool (or Assistant with prefix True) for serving but got"
                                + " assistant");
            }
        }

        MockRequest chat(JsonObject body) {
            FIELDS.strict(body, this);
            model(body.getString("model"));
            MockRequest parsed = read(body);
            String effort = body.getString("reasoning_effort");
            if (effort != null
                    && !Set.of("none", "minimal", "low", "medium", "high", "xhigh")
                            .contains(effort)) {
                throw wrong("reasoning_effort", "'none' to 'xhigh'", effort);
            }
            parsed.thinking =
                    effort != null && !effort.equals("none") || "reasoning".equals(body.getString("prompt_mode"));
            return parsed;
        }

        void model(String model) {
            if (!model.matches("(mistral|ministral|codestral|magistral|pixtral|devstral)-.*")) {
                throw new MockError(400, "invalid_model", "1500", null, "Invalid model: " + model);
            }
        }
    }

    private static final class Response extends ChatMockResponse {

        Response(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        String id() {
            return "cmpl-mock1";
        }

        @Override
        String callId(int number) {
            return "mockcall" + (number + 1);
        }

        @Override
        boolean wholeCalls() {
            return true;
        }

        @Override
        boolean alwaysSendsUsage() {
            return true;
        }

        @Override
        boolean usageInLastChunk() {
            return true;
        }

        @Override
        boolean finishReasonInLastDelta() {
            return true;
        }

        /** A thought turns the content into a list of chunks. */
        @Override
        void think(JsonObject message, String thought) {
            JsonObject text = Json.obj("type", "text", "text", thought);
            JsonArray content = Json.arr(Json.obj("type", "thinking", "thinking", Json.arr(text), "closed", true));
            String said = message.getString("content");
            if (said != null && !said.isEmpty()) {
                content.add(Json.obj("type", "text", "text", said));
            }
            message.put("content", content);
        }

        @Override
        void refuse(JsonObject message, String text) {}

        @Override
        void cite(JsonObject message) {}

        @Override
        String finish() {
            return filtered ? "error" : super.finish();
        }

        @Override
        JsonObject usage() {
            Script.Tokens tokens = reply.tokens();
            return Json.obj(
                    "prompt_tokens", tokens.prompt(),
                    "completion_tokens", tokens.output(),
                    "total_tokens", tokens.total(),
                    "num_cached_tokens", tokens.cached(),
                    "prompt_tokens_details", Json.obj("cached_tokens", tokens.cached()));
        }

        @Override
        String errorFrame() {
            JsonObject error =
                    Json.obj("object", "error", "message", "Internal error", "type", "internal_server_error");
            return "data: " + error.put("code", "1000").encode() + "\n\n";
        }

        @Override
        JsonObject message() {
            JsonObject message = super.message();
            return message.getValue("content") == null ? message.put("content", "") : message;
        }
    }
}
