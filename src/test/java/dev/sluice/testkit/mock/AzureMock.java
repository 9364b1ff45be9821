package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The Azure OpenAI stand-in: dated deployment paths and the v1 API, with content filter annotations. */
public final class AzureMock extends OpenAiStyleMock {

    private final OpenAiChatValidator models = new OpenAiChatValidator();
    private final ResponsesRequestValidator responses = new ResponsesRequestValidator();
    private final OpenAiMedia media = new OpenAiMedia(this, models);

    /** Models by deployment name. */
    private final Map<String, String> deployments = new ConcurrentHashMap<>(Map.of(
            "my-gpt4o", "gpt-4o",
            "my-gpt5", "gpt-5",
            "my-gpt6", "gpt-6-luna",
            "my-embed", "text-embedding-3-small",
            "my-image", "gpt-image-2",
            "my-tts", "tts-1",
            "my-whisper", "whisper-1"));

    private AzureMock(Vertx vertx) {
        super(vertx, "", "azure-mock-key");
        String dated = "/openai/deployments/{deployment}";
        route("POST", dated + "/chat/completions", exchange -> chat(exchange, dated(exchange)));
        route("POST", dated + "/embeddings", exchange -> media.embed(exchange, dated(exchange)));
        route("POST", dated + "/images/generations", exchange -> media.image(exchange, dated(exchange)));
        route("POST", dated + "/images/edits", exchange -> media.edit(exchange, dated(exchange)));
        route("POST", dated + "/audio/speech", exchange -> media.speak(exchange, dated(exchange)));
        route("POST", dated + "/audio/transcriptions", exchange -> media.transcribe(exchange, dated(exchange)));
        String v1 = "/openai/v1";
        route("POST", v1 + "/chat/completions", exchange -> chat(exchange, v1(exchange)));
        route("POST", v1 + "/responses", this::respond);
        route("POST", v1 + "/embeddings", exchange -> media.embed(exchange, v1(exchange)));
        route("POST", v1 + "/images/generations", exchange -> media.image(exchange, v1(exchange)));
        route("POST", v1 + "/images/edits", exchange -> media.edit(exchange, v1(exchange)));
        OpenAiJobs jobs = new OpenAiJobs(models, media);
        route("POST", v1 + "/files", jobs::upload);
        route("GET", v1 + "/files", jobs::listFiles);
        route("GET", v1 + "/files/{id}", jobs::file);
        route("GET", v1 + "/files/{id}/content", jobs::fileContent);
        route("DELETE", v1 + "/files/{id}", jobs::deleteFile);
        route("POST", v1 + "/audio/speech", exchange -> media.speak(exchange, v1(exchange)));
        route("POST", v1 + "/audio/transcriptions", exchange -> media.transcribe(exchange, v1(exchange)));
        route("GET", v1 + "/models", exchange -> exchange.respond(models("azure", "gpt-4o", "gpt-5", "gpt-6-luna")));
    }

    public static AzureMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static AzureMock open(Vertx vertx) {
        return started(new AzureMock(vertx));
    }

    /** Adds a deployment of a model. */
    public void deploy(String deployment, String model) {
        deployments.put(deployment, model);
    }

    @Override
    void authorise(MockExchange exchange) {
        boolean known = key().equals(exchange.header("api-key"))
                || ("Bearer " + key()).equals(exchange.header("authorization"));
        if (!known) {
            throw wrongKey();
        }
    }

    @Override
    MockError wrongKey() {
        String message = "Access denied due to invalid subscription key or wrong API endpoint.";
        return MockError.withBody(401, Json.obj("error", Json.obj("code", "401", "message", message)));
    }

    @Override
    MockError notFound(RecordedRequest recorded) {
        return MockError.withBody(404, Json.obj("error", Json.obj("code", "404", "message", "Resource not found")));
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("apim-request-id", "apim-mock1")
                .putHeader("x-ms-region", "Mock Central")
                .putHeader("x-ratelimit-remaining-requests", "99")
                .putHeader("x-ratelimit-remaining-tokens", "99000");
    }

    @Override
    MockError fault(MockFault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT -> {
                String message = "Requests to the ChatCompletions_Create Operation have exceeded token rate limit."
                        + " Please retry after 2 seconds.";
                yield MockError.withBody(429, Json.obj("error", Json.obj("code", "429", "message", message)))
                        .header("retry-after", "2")
                        .header("retry-after-ms", "1500");
            }
            case CONTENT_FILTER -> {
                JsonObject results = filter(true);
                JsonObject inner = Json.obj("code", "ResponsibleAIPolicyViolation", "content_filter_result", results);
                yield MockError.withBody(
                        400,
                        Json.obj(
                                "error",
                                Json.obj(
                                        "message",
                                        "The response was filtered by the content management policy.",
                                        "type",
                                        null,
                                        "param",
                                        "prompt",
                                        "code",
                                        "content_filter",
                                        "status",
                                        400,
                                        "innererror",
                                        inner)));
            }
            default -> super.fault(kind);
        };
    }

    private String dated(MockExchange exchange) {
        if (!exchange.recorded.query().matches("(.*&)?api-version=\\d{4}-\\d{2}-\\d{2}(-preview)?(&.*)?")) {
            throw notFound(exchange.recorded);
        }
        return deployed(exchange.param("deployment"));
    }

    private String v1(MockExchange exchange) {
        if (exchange.recorded.query().matches("(.*&)?api-version=\\d.*")) {
            throw new MockError(400, "invalid_request_error", "400", null, "API version not supported");
        }
        return exchange.recorded.form() != null && exchange.recorded.form().contains("model")
                ? deployed(exchange.recorded.form().get("model"))
                : deployed(exchange.json().getString("model", ""));
    }

    private String deployed(String name) {
        String model = deployments.get(name);
        if (model == null) {
            throw new MockError(
                    404,
                    "invalid_request_error",
                    "DeploymentNotFound",
                    null,
                    "The API deployment for this resource does not exist.");
        }
        return model;
    }

    private void chat(MockExchange exchange, String model) {
        JsonObject body = exchange.json().put("model", model);
        MockRequest parsed = models.chat(body);
        exchange.applyFault(parsed.lastText);
        new Filtering(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    private void respond(MockExchange exchange) {
        String model = v1(exchange);
        JsonObject body = exchange.json().put("model", model);
        MockRequest parsed = responses.read(body);
        exchange.applyFault(parsed.lastText);
        new ResponsesMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()).to(exchange);
    }

    static JsonObject filter(boolean violent) {
        JsonObject safe = Json.obj("filtered", false, "severity", "safe");
        return Json.obj(
                "hate", safe,
                "self_harm", safe,
                "sexual", safe,
                "violence", Json.obj("filtered", violent, "severity", violent ? "high" : "safe"));
    }

    /** OpenAI's response with content filter results; the first chunk has no choice, id or model. */
    private static final class Filtering extends ChatMockResponse {

        Filtering(MockRequest parsed, Script.Reply reply, JsonObject body, boolean filtered) {
            super(parsed, reply, body, filtered);
        }

        @Override
        void before(Sse sse) {
            sse.data(Json.obj("id", "", "object", "", "created", 0, "model", "", "choices", new JsonArray())
                    .put("prompt_filter_results", prompt()));
        }

        @Override
        void choice(JsonObject choice) {
            choice.put("content_filter_results", choice.containsKey("message") ? filter(filtered) : new JsonObject());
        }

        @Override
        void top(JsonObject envelope) {
            if (!parsed.stream) {
                envelope.put("prompt_filter_results", prompt());
            }
            envelope.put("system_fingerprint", "fp_mock");
        }

        private static JsonArray prompt() {
            JsonObject results = filter(false).put("jailbreak", Json.obj("filtered", false, "detected", false));
            return Json.arr(Json.obj("prompt_index", 0, "content_filter_results", results));
        }
    }
}
