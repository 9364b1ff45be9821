package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The Gemini stand-in (native API): content generation, token counting, embeddings and the model list. */
public final class GeminiMock extends MockProvider {

    private static final BodySchema EMBED =
            BodySchema.of("model:s content:o! taskType:s title:s outputDimensionality:i(1,3072) embedContentConfig:o");

    private static final String BLOCKED = "BLOCKED_PROMPT";

    private final GeminiRequestValidator rules = new GeminiRequestValidator();

    private GeminiMock(Vertx vertx) {
        super(vertx, "/v1beta", "gemini-mock-key");
        route("POST", "/v1beta/models/{model}:generateContent", exchange -> generate(exchange, false));
        route("POST", "/v1beta/models/{model}:streamGenerateContent", exchange -> generate(exchange, true));
        route("POST", "/v1beta/models/{model}:countTokens", this::count);
        route("POST", "/v1beta/models/{model}:embedContent", this::embed);
        route("POST", "/v1beta/models/{model}:batchEmbedContents", this::embedAll);
        route("GET", "/v1beta/models", this::models);
    }

    public static GeminiMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static GeminiMock open(Vertx vertx) {
        return started(new GeminiMock(vertx));
    }

    /** Gemini also accepts the key in the query; the stand-in does not, because queries end up in logs. */
    @Override
    void authorise(MockExchange exchange) {
        String sent = exchange.header("x-goog-api-key");
        if (sent == null) {
            throw new MockError(403, "PERMISSION_DENIED", null, null, "Method doesn't allow unregistered callers.");
        }
        if (!sent.equals(key())) {
            throw fault(MockFault.Kind.AUTH);
        }
    }

    @Override
    JsonObject envelope(MockError failure) {
        JsonObject error = Json.obj("code", failure.status, "message", failure.getMessage(), "status", failure.type);
        if (failure.code instanceof JsonArray details) {
            error.put("details", details);
        }
        return Json.obj("error", error);
    }

    @Override
    MockError unreadable(String why) {
        return GeminiRequestValidator.bad("Invalid JSON payload received. " + why);
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return new MockError(404, "NOT_FOUND", null, null, "The requested URL was not found on this server.");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        String types = "type.googleapis.com/google.rpc.";
        return switch (kind) {
            case RATE_LIMIT -> {
                JsonArray details = Json.arr(
                        Json.obj("@type", types + "QuotaFailure", "violations", new JsonArray()),
                        Json.obj("@type", types + "RetryInfo", "retryDelay", "21s"));
                yield new MockError(429, "RESOURCE_EXHAUSTED", details, null, "You exceeded your current rate.");
            }
            case CONTENT_FILTER -> new MockError(200, BLOCKED, null, null, "no error, but a prompt that was blocked");
            case OVERLOADED -> new MockError(503, "UNAVAILABLE", null, null, "The model is overloaded.");
            case CONTEXT_LENGTH ->
                GeminiRequestValidator.bad(
                        "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).");
            case AUTH -> {
                JsonArray details = Json.arr(Json.obj("@type", types + "ErrorInfo", "reason", "API_KEY_INVALID"));
                yield new MockError(400, "INVALID_ARGUMENT", details, null, "API key not valid.");
            }
            case QUOTA -> {
                JsonObject violation = Json.obj("quotaId", "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
                JsonArray details =
                        Json.arr(Json.obj("@type", types + "QuotaFailure", "violations", Json.arr(violation)));
                yield new MockError(429, "RESOURCE_EXHAUSTED", details, null, "You exceeded your current quota.");
            }
            default -> new MockError(500, "INTERNAL", null, null, "An internal error has occurred.");
        };
    }

    private void generate(MockExchange exchange, boolean stream) {
        String model = model(exchange, "gemini-");
        JsonObject body = exchange.json();
        MockRequest parsed = rules.read(body, model);
        try {
            exchange.applyFault(parsed.lastText);
        } catch (MockError blocked) {
            if (!blocked.type.equals(BLOCKED)) {
                throw blocked;
            }
            blocked(exchange, model, stream);
            return;
        }
        GeminiMockResponse response =
                new GeminiMockResponse(parsed, Script.reply(parsed), body, model, exchange.outputIsFiltered());
        if (!stream) {
            exchange.respond(response.whole());
        } else if (exchange.recorded.query().contains("alt=sse")) {
            exchange.stream(response.streamed(envelope(fault(MockFault.Kind.OVERLOADED))));
        } else {
            exchange.bytes(200, "application/json", new JsonArray(response.chunks()).toBuffer());
        }
    }

    /** A blocked prompt is a 200 response without candidates. */
    private void blocked(MockExchange exchange, String model, boolean stream) {
        JsonObject body = Json.obj(
                "promptFeedback",
                Json.obj("blockReason", "SAFETY"),
                "usageMetadata",
                Json.obj("promptTokenCount", 22, "totalTokenCount", 22),
                "modelVersion",
                model,
                "responseId",
                "resp-mock1");
        if (stream) {
            exchange.bytes(200, "text/event-stream", Buffer.buffer("data: " + body.encode() + "\r\n\r\n"));
        } else {
            exchange.respond(body);
        }
    }

    private static String model(MockExchange exchange, String prefix) {
        String model = exchange.param("model");
        if (!model.startsWith(prefix)) {
            String message = "models/" + model + " is not found for API version v1beta, or is not supported for it.";
            throw new MockError(404, "NOT_FOUND", null, null, message);
        }
        return model;
    }

    private void count(MockExchange exchange) {
        String model = model(exchange, "gemini-");
        JsonObject body = exchange.json();
        BodySchema.of("contents:a generateContentRequest:o").strict(body, rules);
        JsonObject counted = body.getJsonObject("generateContentRequest", body);
        MockRequest parsed = rules.read(counted, model);
        exchange.applyFault(parsed.lastText);
        int tokens = Script.reply(parsed).tokens().prompt();
        JsonObject details = Json.obj("modality", "TEXT", "tokenCount", tokens);
        exchange.respond(Json.obj("totalTokens", tokens, "promptTokensDetails", Json.arr(details)));
    }

    private void embed(MockExchange exchange) {
        model(exchange, "gemini-embedding");
        JsonObject body = exchange.json();
        exchange.applyFault(embedded(body));
        exchange.respond(Json.obj("embedding", vector(body, 0)));
    }

    private void embedAll(MockExchange exchange) {
        String model = model(exchange, "gemini-embedding");
        JsonObject body = exchange.json();
        BodySchema.of("requests:a!").strict(body, rules);
        List<JsonObject> requests = Json.objects(body, "requests");
        List<String> texts = new ArrayList<>();
        for (JsonObject one : requests) {
            if (!("models/" + model).equals(one.getString("model"))) {
                throw GeminiRequestValidator.bad("* BatchEmbedContentsRequest.requests.model: must be models/" + model);
            }
            texts.add(embedded(one));
        }
        exchange.applyFault(String.join(" ", texts));
        exchange.respond(Json.obj(
                "embeddings", Json.arr(IntStream.range(0, requests.size()).mapToObj(i -> vector(requests.get(i), i)))));
    }

    private String embedded(JsonObject body) {
        EMBED.strict(body, rules);
        return GeminiRequestValidator.text(body.getJsonObject("content"));
    }

    private static JsonObject vector(JsonObject body, int index) {
        return Json.obj("values", Vectors.of(index, body.getInteger("outputDimensionality", Vectors.DIMENSIONS)));
    }

    private void models(MockExchange exchange) {
        exchange.respond(Json.obj(
                "models",
                Json.arr(
                        card("gemini-3.8-flash", "generateContent", "countTokens"),
                        card("gemini-2.5-pro", "generateContent", "countTokens"),
                        card("gemini-embedding-001", "embedContent", "batchEmbedContents"))));
    }

    private static JsonObject card(String name, String... methods) {
        return Json.obj(
                "name",
                "models/" + name,
                "displayName",
                name,
                "inputTokenLimit",
                1_048_576,
                "outputTokenLimit",
                65_536,
                "supportedGenerationMethods",
                Json.arr((Object[]) methods),
                "thinking",
                true);
    }
}
