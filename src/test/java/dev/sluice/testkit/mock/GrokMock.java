package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** xAI: chat and responses, images by JSON alone, and videos that are polled for. */
public final class GrokMock extends OpenAiLike {

    private static final long TICKS = 3_800_000L;

    private final GrokRules rules = new GrokRules();
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
                exchange -> exchange.answer(models("xai", "grok-4.7", "grok-4.3", "grok-imagine-image")));
    }

    public static GrokMock open() {
        return open(null);
    }

    /** @param vertx which its owner closes; null for one of the mock's own */
    public static GrokMock open(Vertx vertx) {
        return started(new GrokMock(vertx));
    }

    /** A wrong key is a bad request; only a missing one is unauthorised. */
    @Override
    Refusal wrongKey() {
        return GrokRules.clientError(400, "Client specified an invalid argument", "Incorrect API key provided: xa***.");
    }

    @Override
    Refusal unreadable(String why) {
        return why.startsWith("Content-Type")
                ? Refusal.withBody(415, Json.obj("error", "Expected request with `Content-Type: application/json`"))
                : Refusal.withBody(422, Json.obj("error", why));
    }

    @Override
    Refusal notFound(Seen seen) {
        return Refusal.withBody(404, Json.obj("error", "The requested resource was not found."));
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("x-ratelimit-limit-requests", "480")
                .putHeader("x-ratelimit-remaining-requests", "479")
                .putHeader("x-ratelimit-limit-tokens", "4000000")
                .putHeader("x-ratelimit-remaining-tokens", "3999000");
    }

    @Override
    Refusal fault(Fault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                GrokRules.clientError(429, "Some resource has been exhausted", "Too many requests for team.");
            case OVERLOADED -> GrokRules.clientError(503, "The service is currently unavailable", "At capacity.");
            case CONTENT_FILTER ->
                GrokRules.clientError(403, "The caller does not have permission", "Content violates usage guidelines.");
            case QUOTA ->
                GrokRules.clientError(
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

    private void chat(Exchange exchange) {
        JsonObject body = exchange.json();
        Ask ask = rules.chat(body);
        exchange.mind(ask.lastText);
        Answer answer = new Answer(ask, Script.answer(ask), body, exchange.mindsFilteredOutput());
        if (body.getBoolean("deferred", false)) {
            String id = "deferred-mock" + jobs.incrementAndGet();
            polls.put(id, 0);
            deferred.put(id, answer.whole());
            exchange.answer(Json.obj("request_id", id));
        } else {
            answer.to(exchange);
        }
    }

    /** Pending with an empty body at the first poll, there at the second, and gone after it. */
    private void collect(Exchange exchange) {
        String id = exchange.param("id");
        if (!deferred.containsKey(id)) {
            throw notFound(exchange.seen);
        }
        if (polls.merge(id, 1, Integer::sum) == 1) {
            exchange.head(202, "application/json").end();
        } else {
            exchange.answer(deferred.remove(id));
        }
    }

    private void respond(Exchange exchange) {
        JsonObject body = exchange.json();
        Ask ask = responses.read(body);
        rules.model(body.getString("model"));
        ask.thinking = rules.effort(Json.in(body, "reasoning").getString("effort"), body.getString("model"));
        exchange.mind(ask.lastText);
        new ResponsesAnswer(ask, Script.answer(ask), body, exchange.mindsFilteredOutput()) {
            @Override
            JsonObject usage() {
                return super.usage().put("num_sources_used", 0).put("cost_in_usd_ticks", TICKS);
            }
        }.to(exchange);
    }

    private void image(Exchange exchange, boolean edits) {
        JsonObject body = exchange.json();
        Shape.of(
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
        exchange.mind(body.getString("prompt"));
        boolean inline = "b64_json".equals(body.getString("response_format"));
        JsonObject item = Json.obj(
                inline ? "b64_json" : "url",
                inline ? OpenAiMedia.PIXEL : origin() + "/files/mock.jpg",
                "revised_prompt",
                body.getString("prompt"),
                "respect_moderation",
                !exchange.mindsFilteredOutput());
        exchange.answer(Json.obj(
                "data", Json.arr(IntStream.range(0, body.getInteger("n", 1)).mapToObj(i -> item.copy())),
                "usage", Json.obj("cost_in_usd_ticks", TICKS)));
    }

    private void video(Exchange exchange, boolean edits) {
        JsonObject body = exchange.json();
        Shape.of(
                        "model:s! prompt:s! image:o reference_images:a duration:i aspect_ratio:s resolution:s video:o",
                        "user:s")
                .strict(body, rules);
        if (edits && !Json.in(body, "video").containsKey("url")) {
            throw rules.bad("video", null, "video.url is required");
        }
        exchange.mind(body.getString("prompt"));
        String id = "video-mock" + jobs.incrementAndGet();
        polls.put(id, body.getString("prompt").contains("fail") ? -1 : 0);
        exchange.answer(Json.obj("request_id", id));
    }

    /** Pending at the first poll, done at the second. */
    private void poll(Exchange exchange) {
        String id = exchange.param("id");
        Integer seen = polls.computeIfPresent(id, (key, count) -> count < 0 ? count : count + 1);
        if (seen == null) {
            throw notFound(exchange.seen);
        }
        if (seen < 0) {
            exchange.answer(Json.obj("status", "failed", "error", Json.obj("code", "internal", "message", "failed")));
        } else if (seen == 1) {
            exchange.answer(202, Json.obj("status", "pending", "progress", 50));
        } else {
            JsonObject video = Json.obj("url", origin() + "/files/mock.mp4", "duration", 6, "respect_moderation", true);
            exchange.answer(Json.obj(
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

    /** Hosted search tools stand beside functions; there are no instructions of OpenAI's other kinds to refuse. */
    private static final class GrokResponses extends ResponsesRules {

        private final ChatRules words = new GrokRules();

        @Override
        public Refusal unknown(String field) {
            return words.bad(field, null, "Argument not supported: " + field);
        }
    }

    private static final class Answer extends ChatAnswer {

        Answer(Ask ask, Script.Reply reply, JsonObject body, boolean filtered) {
            super(ask, reply, body, filtered);
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
        boolean finishRides() {
            return true;
        }

        @Override
        boolean usageUnasked() {
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
