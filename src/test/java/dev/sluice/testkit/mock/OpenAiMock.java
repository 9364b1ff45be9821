package dev.sluice.testkit.mock;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The OpenAI stand-in: Chat Completions, Responses, media, files, batches and realtime. */
public final class OpenAiMock extends OpenAiStyleMock {

    private static final String[] MODELS = {"gpt-6-luna", "gpt-6-sol", "gpt-4o", "gpt-4o-mini", "text-embedding-3-small"
    };

    private final OpenAiChatValidator models = new OpenAiChatValidator();
    private final ResponsesRequestValidator responses = new ResponsesRequestValidator();
    private final OpenAiMedia media = new OpenAiMedia(this, models);
    private final OpenAiLegacy legacy = new OpenAiLegacy(models);
    private final Map<String, JsonObject> stored = new ConcurrentHashMap<>();

    private OpenAiMock(Vertx vertx) {
        super(vertx, "/v1", "sk-mock-openai");
        route("POST", "/v1/chat/completions", this::chat);
        route("POST", "/v1/responses", this::respond);
        route("POST", "/v1/responses/input_tokens", this::count);
        route("GET", "/v1/responses/{id}", exchange -> exchange.respond(stored(exchange.param("id"))));
        route("DELETE", "/v1/responses/{id}", this::forget);
        route("POST", "/v1/completions", legacy::complete);
        route("POST", "/v1/moderations", legacy::moderate);
        route("POST", "/v1/embeddings", exchange -> media.embed(exchange, null));
        route("POST", "/v1/images/generations", exchange -> media.image(exchange, null));
        route("POST", "/v1/images/edits", exchange -> media.edit(exchange, null));
        route("POST", "/v1/audio/speech", exchange -> media.speak(exchange, null));
        route("POST", "/v1/audio/transcriptions", exchange -> media.transcribe(exchange, null));
        jobs();
        route("GET", "/v1/models", exchange -> exchange.respond(models("openai", MODELS)));
        route("GET", "/v1/models/{id}", this::model);
    }

    private void jobs() {
        OpenAiJobs jobs = new OpenAiJobs(models, media);
        route("POST", "/v1/videos", jobs::createVideo);
        route("GET", "/v1/videos/{id}", jobs::video);
        route("GET", "/v1/videos/{id}/content", jobs::videoContent);
        route("POST", "/v1/files", jobs::upload);
        route("GET", "/v1/files", jobs::listFiles);
        route("GET", "/v1/files/{id}", jobs::file);
        route("GET", "/v1/files/{id}/content", jobs::fileContent);
        route("DELETE", "/v1/files/{id}", jobs::deleteFile);
        route("POST", "/v1/batches", jobs::createBatch);
        route("GET", "/v1/batches/{id}", jobs::batch);
        route("POST", "/v1/batches/{id}/cancel", jobs::cancelBatch);
    }

    public static OpenAiMock open() {
        return open(null);
    }

    /** @param vertx closed by the caller; null creates one that the mock closes itself */
    public static OpenAiMock open(Vertx vertx) {
        return started(new OpenAiMock(vertx));
    }

    @Override
    void decorate(HttpServerResponse response) {
        rates(response);
        response.putHeader("x-request-id", "req_mock1").putHeader("openai-processing-ms", "12");
    }

    @Override
    boolean socketOpened(ServerWebSocket socket) {
        return OpenAiRealtime.opened(socket, key());
    }

    private void chat(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = models.chat(body);
        exchange.applyFault(parsed.lastText);
        new ChatMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered()) {
            @Override
            void top(JsonObject envelope) {
                envelope.put("service_tier", "default").put("system_fingerprint", "fp_mock");
            }

            @Override
            JsonObject chunk(int index, JsonObject delta, String finish) {
                JsonObject chunk = super.chunk(index, delta, finish);
                boolean plain =
                        Boolean.FALSE.equals(Json.in(body, "stream_options").getValue("include_obfuscation"));
                return plain ? chunk : chunk.put("obfuscation", "x9");
            }
        }.to(exchange);
    }

    private void respond(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = readResponses(body);
        exchange.applyFault(parsed.lastText);
        ResponsesMockResponse response =
                new ResponsesMockResponse(parsed, Script.reply(parsed), body, exchange.outputIsFiltered());
        if (body.getBoolean("store", true)) {
            stored.put(response.id(), response.response(response.items()));
        }
        response.to(exchange);
    }

    private MockRequest readResponses(JsonObject body) {
        MockRequest parsed = responses.read(body);
        String model = body.getString("model");
        models.exists(model);
        boolean reasons = OpenAiChatValidator.reasons(model);
        if (!reasons && parsed.thinking) {
            throw models.unsupported("reasoning.effort", model);
        }
        if (reasons && body.getValue("temperature") != null) {
            throw models.unsupported("temperature", model);
        }
        String previous = body.getString("previous_response_id");
        if (previous != null && !stored.containsKey(previous)) {
            throw models.bad(
                    "previous_response_id",
                    "previous_response_not_found",
                    "Previous response with id '" + previous + "' not found.");
        }
        return parsed;
    }

    private void count(MockExchange exchange) {
        JsonObject body = exchange.json();
        MockRequest parsed = readResponses(body);
        exchange.applyFault(parsed.lastText);
        int tokens = Script.reply(parsed).tokens().prompt();
        exchange.respond(Json.obj("object", "response.input_tokens", "input_tokens", tokens));
    }

    private JsonObject stored(String id) {
        JsonObject response = stored.get(id);
        if (response == null) {
            String message = "Response with id '" + id + "' not found.";
            throw new MockError(404, "invalid_request_error", null, "response_id", message);
        }
        return response;
    }

    private void forget(MockExchange exchange) {
        stored(exchange.param("id"));
        stored.remove(exchange.param("id"));
        exchange.respond(Json.obj("id", exchange.param("id"), "object", "response", "deleted", true));
    }

    private void model(MockExchange exchange) {
        models.exists(exchange.param("id"));
        exchange.respond(
                models("openai", exchange.param("id")).getJsonArray("data").getJsonObject(0));
    }
}
