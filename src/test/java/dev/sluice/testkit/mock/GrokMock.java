package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The xAI stand-in: chat and responses, images by JSON only, and videos by polling. */
public final class GrokMock extends OpenAiStyleMock {

    private static final long TICKS = 3_800_000L;

    private final GrokRequestValidator rules = new GrokRequestValidator();
    private final GrokResponses responses = new GrokResponses();
    private final Map<String, Integer> polls = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> deferred = new ConcurrentHashMap<>();
    private final AtomicInteger jobs = new AtomicInteger();

    private GrokMock(Vertx vertx) {
        super(vertx, "/v1", "xai-mock-key");
        route("POST", "/v1/chat/completions", this::chat);
        route("GET", "/v1/chat/deferred-completion/{id}", this::collect);
        route("POST", "/v1/responses", this::respond);
        route("POST", "/v1/images/generations", exchange -> image(exchange, false));
        route("POST", "/v1/images/edits", exchange -> image(exchange, true));
        OpenAiJobs files = new OpenAiJobs(rules, new OpenAiMedia(this, rules));
        route("POST", "/v1/files", files::upload);
        route("GET", "/v1/files", files::listFiles);
        route("GET", "/v1/files/{id}", files::file);
        route("GET", "/v1/files/{id}/content", files::fileContent);
        route("DELETE", "/v1/files/{id}", files::deleteFile);
        route("POST", "/v1/videos/generations", exchange -> video(exchange, false));
        route("POST", "/v1/videos/edits", exchange -> video(exchange, true));
        route("GET", "/v1/videos/{id}", this::poll);
        route(
                "GET",
                "/v1/models",
                exchange -> exchange.respond(models("xai", "grok-4.7", "grok-4.3", "grok-imagine-image")));
    }

    public static GrokMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static GrokMock open(Vertx vertx) {
        return started(new GrokMock(vertx));
    }

    /** A wrong key is a 400. */
    @Override
    MockError wrongKey() {
        return GrokRequestValidator.clientError(
                400, "Client specified an invalid argument", "Incorrect API key provided: xa***.");
    }

    @Override
    MockError unreadable(String why) {
        return why.startsWith("Content-Type")
                ? MockError.withBody(415, Json.obj("error", "Expected request with `Content-Type: application/json`"))
                : MockError.withBody(422, Json.obj("error", why));
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return MockError.withBody(404, Json.obj("error", "The requested resource was not found."));
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("x-ratelimit-limit-requests", "480")
                .putHeader("x-ratelimit-remaining-requests", "479")
                .putHeader("x-ratelimit-limit-tokens", "4000000")
                .putHeader("x-ratelimit-remaining-tokens", "3999000");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                GrokRequestValidator.clientError(
                        429, "Some resource has been exhausted", "Too many requests for team.");
            case OVERLOADED ->
                GrokRequestValidator.clientError(503, "The service is currently unavailable", "At capacity.");
            case CONTENT_FILTER ->
                GrokRequestValidator.clientError(
                        403, "The caller does not have permission", "Content violates usage guidelines.");
            case QUOTA ->
                GrokRequestValidator.clientError(
                        403, "The caller does not have permission", "Your team has used all its credits.");
            case CONTEXT_LENGTH ->
                rules.bad(
                        null, null, "This model's maximum prompt length is 500000 but the request has 600000 tokens.");
            default -> super.fault(kind);
        };
    }

    @Override
    JsonObject errorIn200() {
        return Json.obj("code", "The service is currently unavailable", "error", "At capacity.");
    }

    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.chat(body);
        exchange.applyFault(parsed.lastText);
        Response response = new Response(parsed, Script.reply(parsed), body, exchange.outputIsFiltered());
        if (body.getBoolean("deferred", false)) {
            String id = "deferred-mock" + jobs.incrementAndGet();
            polls.put(id, 0);
            deferred.put(id, response.whole());
            exchange.respond(Json.obj("request_id", id));
        } else {
            response.to(exchange);
        }
    }

    /** Pending with an empty body at the first poll, returned at the second, then deleted. */
    private void collect(MockExchange exchange) {
        String id = exchange.param("id");
        if (!deferred.containsKey(id)) {
            throw notFound(exchange.recorded);
        }
        if (polls.merge(id, 1, Integer::sum) == 1) {
            exchange.head(202, "application/json").end();
        } else {
            exchange.respond(deferred.remove(id));
        }
    }

    private void respond(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = responses.read(body);
        rules.model(body.getString("model"));
        parsed.thinking = rules.effort(Json.in(body, "reasoning").getString("effort"), body.getString("model"));
        exchange.applyFault(parsed.lastText);
        new ResponsesMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()) {
            @Override
            JsonObject usage() {
                return super.usage().put("num_sources_used", 0).put("cost_in_usd_ticks", TICKS);
            }
        }.to(exchange);
    }

    private void image(MockExchange exchange, boolean edits) {
        JsonObject body = exchange.json();
        BodySchema.of(
                        "model:s! prompt:s! n:i(1,10) response_format:s aspect_ratio:s resolution:s quality:s",
                        "output_format:s user:s image:o images:a")
                .strict(body, rules);
        rules.model(body.getString("model"));
        boolean given = body.containsKey("image") || body.containsKey("images");
        if (edits != given) {
            throw rules.bad("image", null, edits ? "image or images is required" : "image is for edits");
        }
        if (edits && body.containsKey("image") && !Json.in(body, "image").containsKey("url")) {
            throw rules.bad("image", null, "image.url is required");
        }
        exchange.applyFault(body.getString("prompt"));
        boolean inline = "b64_json".equals(body.getString("response_format"));
        JsonObject item = Json.obj(
                inline ? "b64_json" : "url",
                inline ? OpenAiMedia.PIXEL : origin() + "/files/mock.jpg",
                "revised_prompt",
                body.getString("prompt"),
                "respect_moderation",
                !exchange.outputIsFiltered());
        exchange.respond(Json.obj(
                "data", Json.arr(IntStream.range(0, body.getInteger("n", 1)).mapToObj(i -> item.copy())),
                "usage", Json.obj("cost_in_usd_ticks", TICKS)));
    }

    private void video(MockExchange exchange, boolean edits) {
        JsonObject body = exchange.json();
        BodySchema.of(
                        "model:s! prompt:s! image:o reference_images:a duration:i aspect_ratio:s resolution:s video:o",
                        "user:s")
                .strict(body, rules);
        if (edits && !Json.in(body, "video").containsKey("url")) {
            throw rules.bad("video", null, "video.url is required");
        }
        exchange.applyFault(body.getString("prompt"));
        String id = "video-mock" + jobs.incrementAndGet();
        polls.put(id, body.getString("prompt").contains("fail") ? -1 : 0);
        exchange.respond(Json.obj("request_id", id));
    }

    /** Pending at the first poll, done at the second. */
    private void poll(MockExchange exchange) {
        String id = exchange.param("id");
        Integer seen = polls.computeIfPresent(id, (key, count) -> count < 0 ? count : count + 1);
        if (seen == null) {
            throw notFound(exchange.recorded);
        }
        if (seen < 0) {
            exchange.respond(Json.obj("status", "failed", "error", Json.obj("code", "internal", "message", "failed")));
        } else if (seen == 1) {
            exchange.respond(202, Json.obj("status", "pending", "progress", 50));
        } else {
            JsonObject video = Json.obj("url", origin() + "/files/mock.mp4", "duration", 6, "respect_moderation", true);
            exchange.respond(Json.obj(
                    "status",
                    "done",
                    "video",
                    video,
                    "model",
                    "grok-imagine-video-1.5",
                    "usage",
                    Json.obj("cost_in_usd_ticks", TICKS)));
        }
    }

    /** Accepts hosted search tools beside functions. */
    private static final class GrokResponses extends ResponsesRequestValidator {

        private final ChatRequestValidator words = new GrokRequestValidator();

        @Override
        public MockError unknown(String field) {
            return words.bad(field, null, "Argument not supported: " + field);
        }
    }

    private static final class Response extends ChatMockResponse {

        Response(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        void think(JsonObject message, String thought) {
            message.put("reasoning_content", thought);
        }

        @Override
        boolean wholeCalls() {
            return true;
        }

        @Override
        JsonObject indexed(Script.Call call, JsonObject streamed) {
            return streamed;
        }

        @Override
        boolean finishReasonInLastDelta() {
            return true;
        }

        @Override
        boolean alwaysSendsUsage() {
            return true;
        }

        /** Citations are at the top, as bare URLs. */
        @Override
        void cite(JsonObject message) {}

        @Override
        void top(JsonObject envelope) {
            envelope.put("system_fingerprint", "fp_mock");
            if (reply.cites()) {
                envelope.put("citations", Json.arr(Script.CITED_URL));
            }
        }

        @Override
        String errorFrame() {
            return "data: "
                    + Json.obj("code", "unavailable", "error", "At capacity.").encode() + "\n\n";
        }

        /** The completion leaves the reasoning out; the total has it. */
        @Override
        JsonObject usage() {
            Script.Tokens tokens = reply.tokens();
            return Json.obj(
                    "prompt_tokens", tokens.prompt(),
                    "completion_tokens", tokens.visible(),
                    "total_tokens", tokens.total(),
                    "prompt_tokens_details",
                            Json.obj(
                                    "text_tokens",
                                    tokens.prompt(),
                                    "audio_tokens",
                                    0,
                                    "image_tokens",
                                    0,
                                    "cached_tokens",
                                    tokens.cached()),
                    "completion_tokens_details", Json.obj("reasoning_tokens", tokens.reasoning()),
                    "num_sources_used", reply.cites() ? 1 : 0,
                    "cost_in_usd_ticks", TICKS);
        }
    }
}
