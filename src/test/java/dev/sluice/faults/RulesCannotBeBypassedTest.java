package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that Sluice cannot read, or that a provider would read in another way, does not pass the rules of a route. */
class RulesCannotBeBypassedTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String PIECE = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n";

    private static final VirtualKeys KEYS = new VirtualKeys()
            .with("limited", "models: [plain, clean, orr, up/allowed]")
            .with("full", "models: [\"*\"]")
            .with("relaying", "models: [\"*\"], endpoints: [passthrough]");

    private static RawUpstream upstream;
    private static RunningSluice sluice;
    private static HttpClient http;
    private static volatile RawUpstream.Request received;
    private static volatile String contentType;
    private static volatile String reply;
    private static volatile int status;

    @BeforeAll
    static void start() throws IOException {
        upstream = new RawUpstream(RulesCannotBeBypassedTest::respond);
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 }, max_upload: 64KiB }
            providers:
              up: { type: openai_compatible, base_url: "http://127.0.0.1:%1$d/v1", retry: { attempts: 1 } }
              router: { type: openrouter, base_url: "http://127.0.0.1:%1$d/v1", api_keys: [{ key: k }], \
            retry: { attempts: 1 }, quirks: { defaults: { provider: '{"zdr":true}' } } }
            models:
              plain: { targets: [{ provider: up, model: m }] }
              clean: { sanitize: { redact: [email], where: both }, targets: [{ provider: up, model: m }] }
              lost: { sanitize: { redact: [email], where: answers }, targets: [{ provider: up, model: m }] }
              orr: { targets: [{ provider: router, model: a/cheap }] }
            %2$s
            """.formatted(upstream.port(), KEYS.yaml()));
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws IOException {
        http.close();
        sluice.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        received = null;
        contentType = "application/json";
        status = 200;
        reply = """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":\
            {"role":"assistant","content":"ok"},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}\
            """;
    }

    private static boolean respond(RawUpstream.Request request, int number, OutputStream out) throws IOException {
        received = request;
        if (status == 200) {
            RawUpstream.respond(out, contentType, reply);
        } else {
            out.write(RawUpstream.bytes("HTTP/1.1 " + status + " Error\r\ncontent-type: " + contentType
                    + "\r\ncontent-length: " + reply.length() + "\r\n\r\n" + reply));
            out.flush();
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"role\":\"user\",\"role\":\"user\"",
                "\"role\":\"user\",\"r\\u006fle\":\"user\"",
                "\"role\":\"user\",\"x\":\"\\ud800\""
            })
    void unreadablePromptsAreRejected(String members) {
        HttpResponse<String> response =
                chat("full", "\"model\":\"clean\",\"messages\":[{" + members + ",\"content\":\"ann@example.com\"}]");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).getString("code")).isEqualTo("unreadable_body");
        assertThat(received).isNull();
    }

    @Test
    void routesWithoutRulesPassTheSameBody() {
        HttpResponse<String> response = chat(
                "full", "\"model\":\"plain\",\"messages\":[{\"role\":\"user\",\"role\":\"user\",\"content\":\"x\"}]");

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void unreadableResponsesFail() {
        reply = reply.replace("\"role\":\"assistant\"", "\"role\":\"assistant\",\"role\":\"assistant\"")
                .replace("\"ok\"", "\"ann@example.com\"");

        HttpResponse<String> response = chat("full", "\"model\":\"clean\"," + MESSAGES);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(error(response).getString("code")).isEqualTo("malformed_response");
        assertThat(response.body()).doesNotContain("ann@");
    }

    @Test
    void errorsOfTheProviderAreRedacted() {
        String error = "{\"error\":{\"message\":\"no such user: ann@example.com\",\"param\":\"ann@example.com\"}}";
        for (String model : new String[] {"clean", "lost"}) {
            reply = error;
            status = model.equals("clean") ? 400 : 500;

            HttpResponse<String> response = chat("full", "\"model\":\"" + model + "\"," + MESSAGES);

            assertThat(response.statusCode()).as(response.body()).isGreaterThanOrEqualTo(400);
            assertThat(response.body()).contains("[email]").doesNotContain("ann@");
            assertThat(response.headers().map().toString()).doesNotContain("ann@");
        }
        status = 200;
        contentType = "text/event-stream";
        reply = "data: " + error + "\n\n";

        HttpResponse<String> stream = chat("full", "\"model\":\"clean\",\"stream\":true," + MESSAGES);

        assertThat(stream.body()).contains("[email]").doesNotContain("ann@");
    }

    @Test
    void unreadableEventsFailTheStream() {
        contentType = "text/event-stream";
        reply = PIECE.formatted("before. ")
                + PIECE.replace("\"index\":0", "\"index\":0,\"index\":0").formatted("ann@example.com")
                + PIECE.formatted("after")
                + "data: [DONE]\n\n";

        HttpResponse<String> response = chat("full", "\"model\":\"clean\",\"stream\":true," + MESSAGES);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("before", "\"malformed_event\"").doesNotContain("ann@", "after", "[DONE]");
    }

    @ParameterizedTest
    @CsvSource({
        "chat/completions,Model",
        "chat/completions,MODEL",
        "chat/completions,Max_Tokens",
        "chat/completions,Stream",
        "chat/completions,maxTokens",
        "chat/completions,responseFormat",
        "messages,Messages",
        "responses,Input",
        "completions,Prompt",
        "embeddings,Model",
        "rerank,Model",
        "images/generations,Model"
    })
    void namesThatALenientProviderTakesForAnotherAreRejected(String path, String name) {
        HttpResponse<String> response = post(
                "limited",
                "/v1/" + path,
                "application/json",
                BodyPublishers.ofString("{\"model\":\"up/allowed\",\"max_tokens\":5,\"input\":\"x\",\"prompt\":\"x\","
                        + "\"query\":\"x\",\"documents\":[\"x\"]," + MESSAGES + ",\"" + name + "\":\"up/secret\"}"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).getString("message")).contains("'" + name + "'", "some providers read both as one");
        assertThat(received).isNull();
    }

    @ParameterizedTest
    @CsvSource({"audio/transcriptions,Model", "images/edits,MODEL", "images/edits,Prompt"})
    void namesOfFormFieldsToo(String path, String name) {
        String form = part("model", "up/allowed")
                + part("prompt", "x")
                + part(name, "up/secret")
                + "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nRIFF\r\n--b--\r\n";

        HttpResponse<String> response =
                post("limited", "/v1/" + path, "multipart/form-data; boundary=b", BodyPublishers.ofString(form));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).getString("message")).contains("'" + name + "'");
        assertThat(received).isNull();
    }

    @Test
    void routingParametersAreDroppedForKeysOfSomeModels() {
        String body =
                "\"model\":\"orr\",\"models\":[\"b/dear\"],\"Route\":\"fallback\",\"provider\":{\"order\":[\"x\"]},"
                        + "\"plugins\":[{\"id\":\"web\"}],\"top_k\":3," + MESSAGES;

        HttpResponse<String> response = chat("limited", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject sent = new JsonObject(received.body());
        assertThat(sent.fieldNames())
                .doesNotContain("models", "Route", "plugins")
                .contains("model", "top_k");
        assertThat(sent.getJsonObject("provider")).isEqualTo(new JsonObject().put("zdr", true));
        assertThat(response.headers()
                        .firstValue("x-sluice-dropped")
                        .orElseThrow()
                        .split(","))
                .containsExactlyInAnyOrder("models", "Route", "provider", "plugins");

        chat("full", body);
        assertThat(new JsonObject(received.body()).fieldNames()).contains("models", "Route", "plugins");
        assertThat(new JsonObject(received.body()).getJsonObject("provider")).isEqualTo(new JsonObject("""
            {"order":["x"]}\
            """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"responses", "messages", "embeddings", "images/generations", "audio/speech"})
    void routingParametersAreDroppedOnEverySurface(String path) {
        post(
                "limited",
                "/v1/" + path,
                "application/json",
                BodyPublishers.ofString("{\"model\":\"orr\",\"max_tokens\":5,\"input\":\"x\",\"prompt\":\"x\","
                        + "\"models\":[\"b/dear\"]," + MESSAGES + "}"));

        assertThat(received.body()).contains("a/cheap").doesNotContain("b/dear");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"image_generation\",\"model\":\"dear\"}",
                "{\"model\":\"dear\",\"name\":\"advisor\",\"type\":\"advisor_20260301\"}",
                "{\"type\":\"openrouter:subagent\",\"parameters\":{\"Model\":\"dear\"}}"
            })
    void toolsOfTheProviderMayNotNameOtherModels(String tool) {
        String body = "\"model\":\"up/allowed\"," + MESSAGES + ",\"tools\":[{\"type\":\"function\"}," + tool + "]";

        HttpResponse<String> response = chat("limited", body);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(error(response).getString("code")).isEqualTo("model_not_allowed");
        assertThat(error(response).getString("param")).isEqualTo("tools");
        assertThat(received).isNull();
        assertThat(chat("limited", body.replace("\"dear\"", "\"allowed\"")).statusCode())
                .isEqualTo(200);
        assertThat(chat("full", body).statusCode()).isEqualTo(200);
    }

    @Test
    void toolsThatTheInputAddsMayNotNameOtherModels() {
        String body = "{\"model\":\"up/allowed\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"},"
                + "{\"type\":\"additional_tools\",\"tools\":[{\"type\":\"image_generation\",\"model\":\"dear\"}]}]}";

        HttpResponse<String> response =
                post("limited", "/v1/responses", "application/json", BodyPublishers.ofString(body));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(error(response).getString("code")).isEqualTo("model_not_allowed");
        assertThat(received).isNull();
    }

    @Test
    void toolsOfTheClientMayHaveAModelParameter() {
        HttpResponse<String> response = chat(
                "limited",
                "\"model\":\"up/allowed\"," + MESSAGES
                        + ",\"tools\":[1,{\"type\":\"function\",\"function\":{\"name\":\"f\","
                        + "\"parameters\":{\"model\":\"dear\"}}}]");

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void aRelayedRequestMayHaveAnEmptyChunkedBody() {
        HttpResponse<String> response = post(
                "relaying",
                "/passthrough/up/models/load",
                "application/json",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[0])));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(received.line()).startsWith("POST /v1/models/load");
    }

    @Test
    void aFormAboveTheLimitNamesItsSetting() {
        HttpResponse<String> response = post(
                "full",
                "/v1/images/edits",
                "multipart/form-data; boundary=b",
                BodyPublishers.ofString(part("model", "up/m") + part("prompt", "x".repeat(70_000)) + "--b--\r\n"));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(error(response).getString("message")).contains("65536 bytes, server.max_upload");
    }

    private static String part(String name, String value) {
        return "--b\r\ncontent-disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static HttpResponse<String> chat(String key, String members) {
        return post(key, "/v1/chat/completions", "application/json", BodyPublishers.ofString("{" + members + "}"));
    }

    private static HttpResponse<String> post(String key, String path, String type, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
                .header("authorization", KEYS.bearer(key))
                .header("content-type", type)
                .POST(body)
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static JsonObject error(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonObject("error");
    }
}
