package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Azure OpenAI: the dated deployments paths and the v1 surface, with its content filter's annotations. */
public final class AzureMock extends OpenAiLike {

    private final OpenAiModels models = new OpenAiModels();
    private final ResponsesRules responses = new ResponsesRules();
    private final OpenAiMedia media = new OpenAiMedia(this, models);

    /** Models by the names of their deployments. */
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
        route("GET", v1 + "/models", exchange -> exchange.answer(models("azure", "gpt-4o", "gpt-5", "gpt-6-luna")));
    }

    public static AzureMock open() {
        return open(null);
    }

    /** @param vertx which its owner closes; null for one of the mock's own */
    public static AzureMock open(Vertx vertx) {
        return started(new AzureMock(vertx));
    }

    /** Deploys a model under a name of its own. */
    public void deploy(String deployment, String model) {
        deployments.put(deployment, model);
    }

    @Override
    void authorise(Exchange exchange) {
        boolean known = key().equals(exchange.header("api-key"))
                || ("Bearer " + key()).equals(exchange.header("authorization"));
        if (!known) {
            throw wrongKey();
        }
    }

    @Override
    Refusal wrongKey() {
        String message = "Access denied due to invalid subscription key or wrong API endpoint.";
        return Refusal.withBody(401, Json.obj("error", Json.obj("code", "401", "message", message)));
    }

    @Override
    Refusal notFound(Seen seen) {
        return Refusal.withBody(404, Json.obj("error", Json.obj("code", "404", "message", "Resource not found")));
    }

    @Override
    void decorate(HttpServerResponse response) {
        response.putHeader("apim-request-id", "apim-mock1")
                .putHeader("x-ms-region", "Mock Central")
                .putHeader("x-ratelimit-remaining-requests", "99")
                .putHeader("x-ratelimit-remaining-tokens", "99000");
    }

    @Override
    Refusal fault(Fault.Kind kind) {
        return switch (kind) {
            case RATE_LIMIT -> {
                String message = "Requests to the ChatCompletions_Create Operation have exceeded token rate limit."
                        + " Please retry after 2 seconds.";
                yield Refusal.withBody(429, Json.obj("error", Json.obj("code", "429", "message", message)))
                        .header("retry-after", "2")
                        .header("retry-after-ms", "1500");
            }
            case CONTENT_FILTER -> {
                JsonObject results = filter(true);
                JsonObject inner = Json.obj("code", "ResponsibleAIPolicyViolation", "content_filter_result", results);
                yield Refusal.withBody(
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

    private String dated(Exchange exchange) {
        if (!exchange.seen.query().matches("(.*&)?api-version=\\d{4}-\\d{2}-\\d{2}(-preview)?(&.*)?")) {
            throw notFound(exchange.seen);
        }
        return deployed(exchange.param("deployment"));
    }

    private String v1(Exchange exchange) {
        if (exchange.seen.query().matches("(.*&)?api-version=\\d.*")) {
            throw new Refusal(400, "invalid_request_error", "400", null, "API version not supported");
        }
        return exchange.seen.form() != null && exchange.seen.form().contains("model")
                ? deployed(exchange.seen.form().get("model"))
                : deployed(exchange.json().getString("model", ""));
    }

    private String deployed(String name) {
        String model = deployments.get(name);
        if (model == null) {
            throw new Refusal(
                    404,
                    "invalid_request_error",
                    "DeploymentNotFound",
                    null,
                    "The API deployment for this resource does not exist.");
        }
        return model;
    }

    private void chat(Exchange exchange, String model) {
        JsonObject body = exchange.json().put("model", model);
        Ask ask = models.chat(body);
        exchange.mind(ask.lastText);
        new Filtering(ask, Script.answer(ask), body, exchange.mindsFilteredOutput()).to(exchange);
    }

    private void respond(Exchange exchange) {
        String model = v1(exchange);
        JsonObject body = exchange.json().put("model", model);
        Ask ask = responses.read(body);
        exchange.mind(ask.lastText);
        new ResponsesAnswer(ask, Script.answer(ask), body, exchange.mindsFilteredOutput()).to(exchange);
    }

    static JsonObject filter(boolean violent) {
        JsonObject safe = Json.obj("filtered", false, "severity", "safe");
        return Json.obj(
                "hate", safe,
                "self_harm", safe,
                "sexual", safe,
                "violence", Json.obj("filtered", violent, "severity", violent ? "high" : "safe"));
    }

    /** OpenAI's answer with what the filter found, and a first chunk that has no choice, no id and no model. */
    private static final class Filtering extends ChatAnswer {

        Filtering(Ask ask, Script.Reply reply, JsonObject body, boolean filtered) {
            super(ask, reply, body, filtered);
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
            if (!ask.stream) {
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
