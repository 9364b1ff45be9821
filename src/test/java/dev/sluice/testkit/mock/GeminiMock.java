package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Gemini's native surface: contents whole and streamed, the token counter, embeddings, and the list of models. */
public final class GeminiMock extends MockProvider {

    private static final Shape EMBED =
            Shape.of("model:s content:o! taskType:s title:s outputDimensionality:i(1,3072) embedContentConfig:o");

    private static final String BLOCKED = "BLOCKED_PROMPT";

    private final GeminiRules rules = new GeminiRules();

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

    /** @param vertx which its owner closes; null for one of the mock's own */
    public static GeminiMock open(Vertx vertx) {
        return started(new GeminiMock(vertx));
    }

    /** The real one takes the key from the query as well; this one does not, since there it ends up in logs. */
    @Override
    void authorise(Exchange exchange) {
        String sent = exchange.header("x-goog-api-key");
        if (sent == null) {
            throw new Refusal(403, "PERMISSION_DENIED", null, null, "Method doesn't allow unregistered callers.");
        }
        if (!sent.equals(key())) {
            throw fault(Fault.Kind.AUTH);
        }
    }

    @Override
    JsonObject envelope(Refusal refusal) {
        JsonObject error = Json.obj("code", refusal.status, "message", refusal.getMessage(), "status", refusal.type);
        if (refusal.code instanceof JsonArray details) {
            error.put("details", details);
        }
        return Json.obj("error", error);
    }

    @Override
    Refusal unreadable(String why) {
        return GeminiRules.bad("Invalid JSON payload received. " + why);
    }

    @Override
    Refusal notFound(Seen seen) {
        return new Refusal(404, "NOT_FOUND", null, null, "The requested URL was not found on this server.");
    }

    @Override
    Refusal fault(Fault.Kind kind) {
        String types = "type.googleapis.com/google.rpc.";
        return switch (kind) {
            case RATE_LIMIT -> {
                JsonArray details = Json.arr(
                        Json.obj("@type", types + "QuotaFailure", "violations", new JsonArray()),
                        Json.obj("@type", types + "RetryInfo", "retryDelay", "21s"));
                yield new Refusal(429, "RESOURCE_EXHAUSTED", details, null, "You exceeded your current rate.");
            }
            case CONTENT_FILTER -> new Refusal(200, BLOCKED, null, null, "no error, but a prompt that was blocked");
            case OVERLOADED -> new Refusal(503, "UNAVAILABLE", null, null, "The model is overloaded.");
            case CONTEXT_LENGTH ->
                GeminiRules.bad(
                        "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).");
            case AUTH -> {
                JsonArray details = Json.arr(Json.obj("@type", types + "ErrorInfo", "reason", "API_KEY_INVALID"));
                yield new Refusal(400, "INVALID_ARGUMENT", details, null, "API key not valid.");
            }
            case QUOTA -> {
                JsonObject violation = Json.obj("quotaId", "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
                JsonArray details =
                        Json.arr(Json.obj("@type", types + "QuotaFailure", "violations", Json.arr(violation)));
                yield new Refusal(429, "RESOURCE_EXHAUSTED", details, null, "You exceeded your current quota.");
            }
            default -> new Refusal(500, "INTERNAL", null, null, "An internal error has occurred.");
        };
    }

    private void generate(Exchange exchange, boolean stream) {
        String model = model(exchange, "gemini-");
        JsonObject body = exchange.json();
        Ask ask = rules.read(body, model);
        try {
            exchange.mind(ask.lastText);
        } catch (Refusal blocked) {
            if (!blocked.type.equals(BLOCKED)) {
                throw blocked;
            }
            blocked(exchange, model, stream);
            return;
        }
        GeminiAnswer answer = new GeminiAnswer(ask, Script.answer(ask), body, model, exchange.mindsFilteredOutput());
        if (!stream) {
            exchange.answer(answer.whole());
        } else if (exchange.seen.query().contains("alt=sse")) {
            exchange.stream(answer.streamed(envelope(fault(Fault.Kind.OVERLOADED))));
        } else {
            exchange.bytes(200, "application/json", new JsonArray(answer.chunks()).toBuffer());
        }
    }

    /** A blocked prompt is no error: there are just no candidates. */
    private void blocked(Exchange exchange, String model, boolean stream) {
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
            exchange.answer(body);
        }
    }

    private static String model(Exchange exchange, String prefix) {
        String model = exchange.param("model");
        if (!model.startsWith(prefix)) {
            String message = "models/" + model + " is not found for API version v1beta, or is not supported for it.";
            throw new Refusal(404, "NOT_FOUND", null, null, message);
        }
        return model;
    }

    private void count(Exchange exchange) {
        String model = model(exchange, "gemini-");
        JsonObject body = exchange.json();
        Shape.of("contents:a generateContentRequest:o").strict(body, rules);
        JsonObject counted = body.getJsonObject("generateContentRequest", body);
        Ask ask = rules.read(counted, model);
        exchange.mind(ask.lastText);
        int tokens = Script.answer(ask).tokens().prompt();
        JsonObject details = Json.obj("modality", "TEXT", "tokenCount", tokens);
        exchange.answer(Json.obj("totalTokens", tokens, "promptTokensDetails", Json.arr(details)));
    }

    private void embed(Exchange exchange) {
        model(exchange, "gemini-embedding");
        JsonObject body = exchange.json();
        exchange.mind(embedded(body));
        exchange.answer(Json.obj("embedding", vector(body, 0)));
    }

    private void embedAll(Exchange exchange) {
        String model = model(exchange, "gemini-embedding");
        JsonObject body = exchange.json();
        Shape.of("requests:a!").strict(body, rules);
        List<JsonObject> requests = Json.objects(body, "requests");
        List<String> texts = new ArrayList<>();
        for (JsonObject one : requests) {
            if (!("models/" + model).equals(one.getString("model"))) {
                throw GeminiRules.bad("* BatchEmbedContentsRequest.requests.model: must be models/" + model);
            }
            texts.add(embedded(one));
        }
        exchange.mind(String.join(" ", texts));
        exchange.answer(Json.obj(
                "embeddings", Json.arr(IntStream.range(0, requests.size()).mapToObj(i -> vector(requests.get(i), i)))));
    }

    private String embedded(JsonObject body) {
        EMBED.strict(body, rules);
        return GeminiRules.text(body.getJsonObject("content"));
    }

    private static JsonObject vector(JsonObject body, int index) {
        return Json.obj("values", Vectors.of(index, body.getInteger("outputDimensionality", Vectors.DIMENSIONS)));
    }

    private void models(Exchange exchange) {
        exchange.answer(Json.obj(
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
