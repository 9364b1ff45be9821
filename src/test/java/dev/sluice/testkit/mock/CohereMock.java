package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;

/** The Cohere v2 stand-in: chat, embed, rerank and the model list. */
public final class CohereMock extends MockProvider {

    private final CohereRequestValidator rules = new CohereRequestValidator();

    private CohereMock(Vertx vertx) {
        super(vertx, "", "co-mock-key");
        route("POST", "/v2/chat", this::chat);
        route("POST", "/v2/embed", this::embed);
        route("POST", "/v2/rerank", this::rerank);
        route("POST", "/v1/tokenize", this::tokenize);
        route("GET", "/v1/models", this::models);
    }

    public static CohereMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static CohereMock open(Vertx vertx) {
        return started(new CohereMock(vertx));
    }

    @Override
    void authorise(MockExchange exchange) {
        if (!("Bearer " + key()).equals(exchange.header("authorization"))) {
            throw fault(MockFault.Kind.AUTH);
        }
    }

    @Override
    JsonObject envelope(MockError failure) {
        return Json.obj("id", "co-err1", "message", failure.getMessage());
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return new MockError(404, "", null, null, "404 page not found");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT ->
                new MockError(429, "", null, null, "You are using a Trial key, limited to 20 calls / minute");
            case OVERLOADED -> new MockError(503, "", null, null, "service is overloaded, please retry");
            case CONTEXT_LENGTH -> rules.bad("messages", null, "too many tokens: total 300000 exceeds limit 256000");
            case CONTENT_FILTER ->
                new MockError(498, "", null, null, "blocked input: your request has a blocked token");
            case AUTH -> new MockError(401, "", null, null, "invalid api token");
            case QUOTA -> new MockError(402, "", null, null, "your account has reached its billing limit");
            default -> new MockError(500, "", null, null, "internal server error");
        };
    }

    private void chat(MockExchange exchange) {
        MockRequest parsed = rules.chat(exchange.json());
        exchange.applyFault(parsed.lastText);
        new CohereMockResponse(parsed, Script.reply(parsed), exchange.outputIsFiltered()).to(exchange);
    }

    private void embed(MockExchange exchange) {
        JsonObject body = exchange.json();
        rules.embed(body);
        JsonArray texts = body.getJsonArray("texts", body.getJsonArray("images", body.getJsonArray("inputs")));
        exchange.applyFault(String.valueOf(texts.getValue(texts.size() - 1)));
        JsonObject embeddings = new JsonObject();
        for (String type : Json.strings(body.getValue("embedding_types", Json.arr("float")))) {
            embeddings.put(type, Json.arr(IntStream.range(0, texts.size()).mapToObj(i -> vector(type, i))));
        }
        exchange.respond(Json.obj(
                "id",
                "co-emb1",
                "embeddings",
                embeddings,
                "texts",
                body.getJsonArray("texts", new JsonArray()),
                "meta",
                Json.obj("api_version", Json.obj("version", "2"), "billed_units", Json.obj("input_tokens", 5))));
    }

    private static Object vector(String type, int index) {
        return switch (type) {
            case "float" -> Vectors.of(index);
            case "base64" -> Vectors.floats64(Vectors.of(index));
            default -> Json.arr(index, 1, 2, 3);
        };
    }

    private void rerank(MockExchange exchange) {
        JsonObject body = exchange.json();
        rules.rerank(body);
        exchange.applyFault(body.getString("query"));
        exchange.respond(Json.obj(
                "id", "co-rerank1",
                "results", Vectors.ranked(body, false),
                "meta", Json.obj("billed_units", Json.obj("search_units", 1))));
    }

    private void tokenize(MockExchange exchange) {
        JsonObject body = exchange.json();
        BodySchema.of("text:s! model:s!").strict(body, rules);
        String[] words = body.getString("text").split("\\s+");
        exchange.respond(Json.obj(
                "tokens", Json.arr(IntStream.range(0, words.length).boxed()), "token_strings", Json.arr((Object[])
                        words)));
    }

    private void models(MockExchange exchange) {
        exchange.respond(Json.obj(
                "models",
                Json.arr(card("command-a-03-2025", "chat"), card("embed-v4.0", "embed"), card("rerank-v3.5", "rerank")),
                "next_page_token",
                null));
    }

    private static JsonObject card(String name, String endpoint) {
        return Json.obj(
                "name",
                name,
                "endpoints",
                Json.arr(endpoint),
                "context_length",
                256_000,
                "features",
                new JsonArray(),
                "is_deprecated",
                false);
    }
}
