package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The OpenRouter stand-in: chat, responses, messages, embeddings, rerank, images, videos and models with prices. */
public final class OpenRouterMock extends RouterStyleMock {

    /** Of the list of models; the list is 304 to a caller who has it. */
    static final String ETAG = "W/\"mock-models-1\"";

    private final OpenRouterRequestValidator rules = new OpenRouterRequestValidator();
    private final ResponsesRequestValidator responses = new ResponsesRequestValidator();
    private final AnthropicRequestValidator messages = new AnthropicRequestValidator();
    private final Map<String, Integer> polls = new ConcurrentHashMap<>();

    private OpenRouterMock(Vertx vertx) {
        super(vertx, "/api/v1", "sk-or-mock");
        route("POST", "/api/v1/chat/completions", this::chat);
        route("POST", "/api/v1/responses", this::respond);
        route("POST", "/api/v1/messages", this::message);
        route("POST", "/api/v1/embeddings", this::embed);
        route("POST", "/api/v1/rerank", this::rerank);
        route("POST", "/api/v1/images", this::image);
        OpenAiMedia media = new OpenAiMedia(this, rules);
        route(
                "POST",
                "/api/v1/audio/speech",
                exchange -> media.speak(exchange, plain(exchange.json().getString("model"))));
        route(
                "POST",
                "/api/v1/audio/transcriptions",
                exchange -> media.transcribe(
                        exchange, plain(exchange.recorded.form().get("model"))));
        route("POST", "/api/v1/videos", this::video);
        route("GET", "/api/v1/videos/{id}", this::poll);
        route("GET", "/api/v1/videos/{id}/content", exchange -> exchange.bytes(200, "video/mp4", OpenAiMedia.SOUND));
        route(
                "GET",
                "/api/v1/key",
                exchange -> exchange.respond(Json.obj("data", Json.obj("label", "mock", "usage", 0))));
        openRoute("GET", "/api/v1/models", this::models);
    }

    /** A model without its maker's name; what has none is unknown here. */
    private static String plain(String model) {
        return model == null || model.indexOf('/') < 0 ? "" : model.substring(model.indexOf('/') + 1);
    }

    public static OpenRouterMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static OpenRouterMock open(Vertx vertx) {
        return started(new OpenRouterMock(vertx));
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("x-generation-id", "gen-mock1");
    }

    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = rules.chat(body);
        exchange.applyFault(parsed.lastText);
        new OpenRouterMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private void respond(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = responses.read(body);
        rules.model(body.getString("model"));
        exchange.applyFault(parsed.lastText);
        new ResponsesMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()) {
            @Override
            JsonObject usage() {
                return super.usage().put("cost", 0.0000042).put("is_byok", false);
            }
        }.to(exchange);
    }

    /** Anthropic's format under OpenRouter's names, which have a dot in the version. */
    private void message(MockExchange exchange) {
        JsonObject body = exchange.json();
        String model = String.valueOf(body.getString("model"));
        rules.model(model);
        JsonObject inner =
                body.copy().put("model", model.substring(model.indexOf('/') + 1).replace('.', '-'));
        MockRequest parsed = messages.read(inner, "2023-06-01", false);
        exchange.applyFault(parsed.lastText);
        new AnthropicMockResponse(parsed, Script.reply(parsed), inner, exchange.outputIsFiltered()).to(exchange);
    }

    private void embed(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! input:sa! dimensions:i encoding_format:s user:s provider:o input_type:s")
                .lenient(body, rules);
        rules.model(body.getString("model"));
        int count = body.getValue("input") instanceof JsonArray many ? many.size() : 1;
        boolean packed = "base64".equals(body.getString("encoding_format"));
        exchange.respond(Json.obj(
                "object", "list",
                "data",
                        Json.arr(IntStream.range(0, count)
                                .mapToObj(i -> Json.obj(
                                        "object",
                                        "embedding",
                                        "index",
                                        i,
                                        "embedding",
                                        packed ? Vectors.floats64(Vectors.of(i)) : Vectors.of(i)))),
                "model", body.getString("model"),
                "usage", Json.obj("prompt_tokens", 5, "total_tokens", 5, "cost", 0.0000001)));
    }

    private void rerank(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! query:s! documents:a! top_n:i provider:o").lenient(body, rules);
        rules.model(body.getString("model"));
        exchange.applyFault(body.getString("query"));
        exchange.respond(Json.obj(
                "id", "gen-mock1",
                "model", body.getString("model"),
                "results", Vectors.ranked(body, true),
                "usage", Json.obj("search_units", 1, "cost", 0.001)));
    }

    private void image(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! prompt:s! n:i(1,10) size:s stream:b").lenient(body, rules);
        rules.model(body.getString("model"));
        exchange.applyFault(body.getString("prompt"));
        exchange.respond(Json.obj(
                "created", ChatMockResponse.CREATED,
                "data",
                        Json.arr(IntStream.range(0, body.getInteger("n", 1))
                                .mapToObj(i -> Json.obj("b64_json", OpenAiMedia.PIXEL))),
                "usage", Json.obj("cost", 0.04)));
    }

    private void video(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("model:s! prompt:s! duration:i aspect_ratio:s resolution:s generate_audio:b")
                .lenient(body, rules);
        rules.model(body.getString("model"));
        exchange.applyFault(body.getString("prompt"));
        String id = "vid-mock" + (polls.size() + 1);
        polls.put(id, 0);
        exchange.respond(202, Json.obj("id", id, "polling_url", baseUrl() + "/videos/" + id, "status", "pending"));
    }

    /** In progress at the first poll, completed at the second. */
    private void poll(MockExchange exchange) {
        String id = exchange.param("id");
        Integer seen = polls.computeIfPresent(id, (key, count) -> count + 1);
        if (seen == null) {
            throw notFound(exchange.recorded);
        }
        JsonObject job = Json.obj("id", id, "polling_url", baseUrl() + "/videos/" + id);
        if (seen == 1) {
            exchange.respond(job.put("status", "in_progress"));
        } else {
            job.put("status", "completed").put("unsigned_urls", Json.arr(baseUrl() + "/videos/" + id + "/content"));
            exchange.respond(job.put("usage", Json.obj("cost", 0.4)));
        }
    }

    private void models(MockExchange exchange) {
        if (ETAG.equals(exchange.header("if-none-match"))) {
            exchange.head(304, "application/json").putHeader("etag", ETAG).end();
            return;
        }
        exchange.request.response().putHeader("etag", ETAG).putHeader("cache-control", "public, max-age=60");
        exchange.respond(Json.obj(
                "data",
                Json.arr(card("openai/gpt-6-luna", "0.0000001", "0.0000005"), card("mistralai/free:free", "0", "0"))));
    }

    /** Prices are strings, in dollars per token. */
    private static JsonObject card(String id, String prompt, String completion) {
        return Json.obj(
                "id",
                id,
                "canonical_slug",
                id,
                "name",
                id,
                "created",
                1,
                "context_length",
                128_000,
                "architecture",
                Json.obj(
                        "input_modalities",
                        Json.arr("text", "image"),
                        "output_modalities",
                        Json.arr("text"),
                        "tokenizer",
                        "GPT",
                        "instruct_type",
                        null),
                "pricing",
                Json.obj(
                        "prompt",
                        prompt,
                        "completion",
                        completion,
                        "input_cache_read",
                        "0.00000001",
                        "request",
                        "0",
                        "image",
                        "0",
                        "overrides",
                        Json.arr(Json.obj("min_prompt_tokens", 272_000, "prompt", "0.0000002"))),
                "top_provider",
                Json.obj("context_length", 128_000, "max_completion_tokens", 16_384, "is_moderated", true),
                "supported_parameters",
                Json.arr("tools", "max_tokens", "reasoning"),
                "default_parameters",
                new JsonObject(),
                "per_request_limits",
                null,
                "expiration_date",
                null);
    }
}
