package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Providers open a stream before they know whether they can serve it. A stream that fails after an opening without
 * content goes to the next target, and the client sees that target's stream only.
 */
class OpeningsDoNotCommitStreamsTest {

    private static final String CHAT = "/chat/completions";
    private static final String RESPONSES = "/responses";
    private static final String MESSAGES = "/messages";

    private static final String ROLE = data("{\"id\":\"first\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
            + "\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]}");
    private static final String FILTER_RESULTS =
            data("{\"id\":\"\",\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}");
    private static final String CONTENT =
            data("{\"id\":\"first\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"from the first\"}}]}");
    private static final String MESSAGE_START = named(
                    "message_start",
                    "{\"type\":\"message_start\",\"message\":{\"id\":\"first\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}")
            + named("ping", "{\"type\":\"ping\"}");
    private static final String CREATED = response("response.created") + response("response.in_progress");

    /** What the first target sends for each model, before the failure that the model's name ends in. */
    private static final Map<String, String> OPENINGS = Map.of(
            "role",
            ROLE,
            "filtered",
            FILTER_RESULTS + ROLE,
            "comments",
            ": PROCESSING\n\n" + ROLE,
            "started",
            MESSAGE_START,
            "created",
            CREATED,
            "repeated",
            CREATED.replace("\"in_progress\"", "\"in_progress\",\"instructions\":\"" + "x".repeat(200_000) + "\""),
            "candidates",
            data("{\"candidates\":[],\"usageMetadata\":{\"promptTokenCount\":3}}"));

    private static final Map<String, String> FAILURES = Map.of(
            "overloaded",
                    named("error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}"),
            "quota", named("error", "{\"type\":\"error\",\"code\":\"insufficient_quota\",\"message\":\"x\"}"),
            "failed",
                    named(
                            "response.failed",
                            "{\"type\":\"response.failed\",\"response\":{\"id\":\"first\",\"status\":\"failed\",\"error\":"
                                + "{\"code\":\"rate_limit_exceeded\",\"message\":\"x\"}}}"),
            "error", data("{\"error\":{\"code\":529,\"message\":\"x\"}}"),
            "finish", data("{\"id\":\"first\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}"));

    private static final Vertx UPSTREAM = Vertx.vertx();
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        HttpServer upstream = RunningSluice.await(UPSTREAM.createHttpServer()
                .requestHandler(request ->
                        request.body().onSuccess(body -> respond(request, modelOf(request, body.toString()))))
                .listen(0, "127.0.0.1"));
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("models:\n");
        String url = "http://127.0.0.1:" + upstream.actualPort();
        providers.append(provider("second", "openai_compatible", url + "/v1"));
        cases().forEach(one -> {
            String type = (String) one.get()[1];
            String name = type + "-" + one.get()[2];
            if (models.indexOf("  " + name + ":") < 0) {
                boolean versioned = type.startsWith("openai");
                providers.append(provider("p-" + name, type, versioned ? url + "/v1" : url));
                models.append("  " + name + ": { targets: [{ provider: p-" + name + ", model: " + one.get()[2]
                        + " }, { provider: second, model: whole }] }\n");
            }
        });
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + providers + models);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        RunningSluice.await(UPSTREAM.close());
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(CHAT, "openai_compatible", "role-error"),
                Arguments.of(CHAT, "openai_compatible", "role-finish"),
                Arguments.of(CHAT, "openai_compatible", "role-cut"),
                Arguments.of(CHAT, "openai_compatible", "role-stall"),
                Arguments.of(CHAT, "openai_compatible", "filtered-error"),
                Arguments.of(CHAT, "openai_compatible", "comments-finish"),
                Arguments.of(MESSAGES, "openai_compatible", "role-error"),
                Arguments.of(MESSAGES, "openai_compatible", "role-cut"),
                Arguments.of(MESSAGES, "openai_compatible", "role-stall"),
                Arguments.of(RESPONSES, "openai_compatible", "filtered-finish"),
                Arguments.of(RESPONSES, "openai_compatible", "role-cut"),
                Arguments.of(MESSAGES, "anthropic", "started-overloaded"),
                Arguments.of(MESSAGES, "anthropic", "started-stall"),
                Arguments.of(CHAT, "anthropic", "started-overloaded"),
                Arguments.of(CHAT, "anthropic", "started-cut"),
                Arguments.of(RESPONSES, "openai", "created-quota"),
                Arguments.of(RESPONSES, "openai", "created-failed"),
                Arguments.of(RESPONSES, "openai", "repeated-quota"),
                Arguments.of(RESPONSES, "openai", "created-stall"),
                Arguments.of(CHAT, "gemini", "candidates-error"),
                Arguments.of(CHAT, "gemini", "candidates-cut"));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void theNextTargetServesTheStream(String surface, String type, String model) {
        HttpResponse<String> response = stream(surface, type + "-" + model);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-sluice-attempts")).hasValue("2");
        assertThat(response.body())
                .contains("from the second")
                .doesNotContain("event: error", "{\"error\"", "\"first\"");
    }

    @Test
    void afterContentTheStreamHasFailed() {
        HttpResponse<String> response = stream(CHAT, "p-openai_compatible-role-error/content-error");

        assertThat(response.body()).contains("from the first", "\"error\"").doesNotContain("from the second");
    }

    /** An empty response is one: its opening comes first, and once. */
    @Test
    void anOpeningIsNotLost() {
        HttpResponse<String> response = stream(CHAT, "second/role-end");

        assertThat(response.body()).isEqualTo(ROLE + end());
    }

    private static HttpResponse<String> stream(String surface, String model) {
        JsonObject body = ChatClient.request(model, "hi").put("stream", true);
        if (surface.equals(RESPONSES)) {
            body.put("input", "hi").remove("messages");
        }
        if (surface.equals(MESSAGES)) {
            body.put("max_tokens", 10);
        }
        return new ChatClient(sluice.baseUrl()).post(surface, body.encode());
    }

    private static String modelOf(HttpServerRequest request, String body) {
        String model = new JsonObject(body).getString("model");
        String path = request.path();
        return model != null ? model : path.substring(path.lastIndexOf('/') + 1, path.indexOf(':'));
    }

    private static void respond(HttpServerRequest request, String model) {
        HttpServerResponse response = request.response()
                .putHeader("content-type", "text/event-stream")
                .setChunked(true);
        String failure = model.substring(model.indexOf('-') + 1);
        if (model.equals("whole")) {
            response.end(CONTENT.replace("first", "second") + end());
        } else if (failure.equals("end")) {
            response.end(ROLE + end());
        } else {
            String opening = model.startsWith("content") ? ROLE + CONTENT : OPENINGS.get(model.split("-")[0]);
            response.write(opening);
            // In a read of its own.
            UPSTREAM.setTimer(20, id -> fail(response, failure));
        }
    }

    private static void fail(HttpServerResponse response, String failure) {
        switch (failure) {
            case "cut" -> response.reset();
            case "stall" -> {}
            default -> response.end(FAILURES.get(failure));
        }
    }

    private static String provider(String name, String type, String url) {
        return "  " + name + ": { type: " + type + ", base_url: \"" + url + "\", api_keys: [{ key: test }],"
                + " retry: { attempts: 1 }, timeouts: { first_token: 400ms } }\n";
    }

    private static String end() {
        return data("{\"id\":\"second\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}")
                + data("[DONE]");
    }

    private static String response(String type) {
        return named(
                type,
                "{\"type\":\"" + type
                        + "\",\"sequence_number\":0,\"response\":{\"id\":\"first\",\"status\":\"in_progress\"}}");
    }

    private static String named(String event, String data) {
        return "event: " + event + "\n" + data(data);
    }

    private static String data(String json) {
        return "data: " + json + "\n\n";
    }
}
