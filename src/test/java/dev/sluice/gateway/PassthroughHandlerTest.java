package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.binding.Secret;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The passthrough of a provider's own API: what is forwarded, what is not, and what is logged. */
class PassthroughHandlerTest {

    private static final String SSE = """
        data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}],"usage":null}

        data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}

        data: [DONE]

        """;

    private static Vertx vertx;
    private static HttpServer upstream;
    private static RunningSluice sluice;
    private static final String PEPPER = "pepper-of-passthrough";
    private static final GeneratedKey ALL = mint("all");
    private static final GeneratedKey SOME = mint("some");

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        upstream = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(PassthroughHandlerTest::response)
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + """
                        providers:
                          up: { type: openai_compatible, base_url: "http://127.0.0.1:%d/base", api_keys: [{ key: sk-provider }] }
                        auth:
                          pepper: %s
                          keys:
                            - { id: all, hash: "%s", endpoints: [passthrough] }
                            - { id: some, hash: "%s", models: ["up/small"], endpoints: [passthrough] }
                        """.formatted(
                                        upstream.actualPort(),
                                        PEPPER,
                                        ALL.stanza().hash(),
                                        SOME.stanza().hash()),
                Map.of(),
                2);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    private static void response(HttpServerRequest request) {
        switch (request.path()) {
            case "/base/v1/weird" ->
                request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("content-type", "application/json")
                                .putHeader("x-ratelimit-remaining-requests", "41")
                                .putHeader("set-cookie", "session=1")
                                .end(new JsonObject()
                                        .put("method", request.method().name())
                                        .put("query", request.query())
                                        .put("authorization", request.getHeader("authorization"))
                                        .put("cookie", request.getHeader("cookie"))
                                        .put("body", body.toString())
                                        .toBuffer()));
            case "/base/chat/completions" ->
                request.response()
                        .putHeader("content-type", "text/event-stream")
                        .end(SSE);
            case "/base/bytes" ->
                request.response().putHeader("content-type", "audio/mpeg").end(Buffer.buffer(bytes(300_000)));
            case "/base/cut" -> {
                request.response().putHeader("content-type", "audio/mpeg").putHeader("content-length", "1000");
                request.response()
                        .write(Buffer.buffer(bytes(500)))
                        .onSuccess(v -> request.connection().close());
            }
            case "/base/refuse" ->
                request.response()
                        .setStatusCode(422)
                        .putHeader("content-type", "application/json")
                        .end("{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"odd\"}]}");
            case "/base/upload" ->
                request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("content-type", "application/json")
                                .end("{\"length\":" + body.length() + ",\"hash\":"
                                        + java.util.Arrays.hashCode(body.getBytes()) + "}"));
            default -> request.response().setStatusCode(404).end("{}");
        }
    }

    @Test
    void passesMethodPathQueryAndBodyWithOurKeyInsteadOfTheClients() throws Exception {
        HttpResponse<String> response = send(ALL, "PUT", "/v1/weird?a=%2F&b=1", "{ \"big\": 12345678901234567890 }");

        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject()
                        .put("method", "PUT")
                        .put("query", "a=%2F&b=1")
                        .put("authorization", "Bearer sk-provider")
                        .putNull("cookie")
                        .put("body", "{ \"big\": 12345678901234567890 }"));
        assertThat(response.headers().firstValue("x-sluice-provider")).contains("up");
        assertThat(response.headers().firstValue("set-cookie")).isEmpty();
        assertThat(new JsonObject(send(ALL, "GET", "/v1/weird", null).body()).getString("method"))
                .isEqualTo("GET");
    }

    @Test
    void streamsPassAsTheyAreAndTheirUsageIsRead() throws Exception {
        HttpResponse<String> response = send(ALL, "POST", "/chat/completions", "{\"model\":\"m\",\"stream\":true}");

        assertThat(response.body()).isEqualTo(SSE);
        Awaitility.await()
                .untilAsserted(() -> assertThat(sluice.accessLines()).anySatisfy(line -> {
                    assertThat(line.getString("path")).isEqualTo("/passthrough/{provider}");
                    assertThat(line.getLong("prompt_tokens")).isEqualTo(7);
                }));
    }

    @Test
    void bytesOfAnyKindPassAndACutIsACut() throws Exception {
        HttpRequest.Builder request = request(ALL, "/bytes").GET();
        HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(response.body()).isEqualTo(bytes(300_000));
        assertThat(response.headers().firstValue("content-type")).contains("audio/mpeg");
        assertThat(catchThrowable(() -> send(ALL, "GET", "/cut", null))).isInstanceOf(IOException.class);
    }

    @Test
    void refusalsPassAsTheProviderWroteThem() throws Exception {
        HttpResponse<String> response = send(ALL, "POST", "/refuse", "{}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).isEqualTo("{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"odd\"}]}");
    }

    @Test
    void anUploadPassesThroughAFileThatIsDeletedAfterwards() throws Exception {
        byte[] body = bytes(3_000_000);
        HttpRequest request = request(ALL, "/upload")
                .header("content-type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofByteArray(body))
                .build();

        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(new JsonObject(response.body()))
                .isEqualTo(new JsonObject().put("length", body.length).put("hash", java.util.Arrays.hashCode(body)));
        Awaitility.await().untilAsserted(() -> {
            assertThat(sluice.main().uploads().bytes().used()).isZero();
            assertThat(sluice.main().uploads().files().used()).isZero();
        });
    }

    @Test
    void onlyKeysForAllModelsOfTheProviderMayPass() throws Exception {
        HttpResponse<String> refused = send(SOME, "POST", "/chat/completions", "{\"model\":\"small\"}");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("up/*");
        HttpRequest unknown = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + sluice.port() + "/passthrough/nobody/x"))
                .header("authorization", "Bearer " + ALL.token().reveal())
                .build();
        assertThat(HTTP.send(unknown, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static HttpResponse<String> send(GeneratedKey key, String method, String path, String body)
            throws Exception {
        HttpRequest.Builder request = request(key, path)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("cookie", "mine=1");
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(GeneratedKey key, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + "/passthrough/up" + path))
                .header("authorization", "Bearer " + key.token().reveal());
    }

    private static GeneratedKey mint(String id) {
        return new KeyGenerator().generate(id, null, List.of(), new Secret(PEPPER));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
