package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each error response is JSON in OpenAI's envelope with a request id, and the connection then serves the next request.
 */
class DataPlaneErrorsKeepTheConnectionTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String JSON = "content-type: application/json";
    private static final String GOOD =
            ChatClient.request("sluice/echo", "still fine").encode();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 }, max_body: 3MiB }
            providers:
              sluice: { type: simulator, models: [echo, lorem] }
            """);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    /** @param param expected {@code error.param}, or null */
    record Case(String request, int status, String code, String param) {}

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("unknown path", post("/v1/chatt", JSON, GOOD), 404, "not_found", null),
                refusal(
                        "unknown path, GET",
                        "GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n",
                        404,
                        "not_found",
                        null),
                refusal(
                        "GET of chat",
                        "GET " + CHAT + " HTTP/1.1\r\nhost: localhost\r\n\r\n",
                        405,
                        "method_not_allowed",
                        null),
                refusal(
                        "PUT of chat",
                        post(CHAT, JSON, GOOD).replaceFirst("POST", "PUT"),
                        405,
                        "method_not_allowed",
                        null),
                refusal(
                        "OPTIONS of chat",
                        "OPTIONS " + CHAT + " HTTP/1.1\r\nhost: localhost\r\n\r\n",
                        405,
                        "method_not_allowed",
                        null),
                refusal("POST of a probe", post("/livez", JSON, "{}"), 405, "method_not_allowed", null),
                refusal("POST of models", post("/v1/models", JSON, "{}"), 405, "method_not_allowed", null),
                refusal("no content type", post(CHAT, "x: y", GOOD), 415, "unsupported_media_type", null),
                refusal(
                        "form",
                        post(CHAT, "content-type: application/x-www-form-urlencoded", "a=b"),
                        415,
                        "unsupported_media_type",
                        null),
                refusal(
                        "compressed",
                        post(CHAT, JSON + "\r\ncontent-encoding: gzip", "x"),
                        415,
                        "unsupported_media_type",
                        null),
                refusal("empty body", post(CHAT, JSON, ""), 400, "empty_body", null),
                refusal("malformed", post(CHAT, JSON, "{\"model\":"), 400, "invalid_json", null),
                refusal("an array", post(CHAT, JSON, "[]"), 400, "invalid_type", null),
                refusal(
                        "deep",
                        post(
                                CHAT,
                                JSON,
                                "{\"model\":\"sluice/echo\",\"messages\":" + "[".repeat(5000) + "]".repeat(5000) + "}"),
                        400,
                        "invalid_type",
                        "messages[0]"),
                refusal(
                        "deep in a field that is not read",
                        post(
                                CHAT,
                                JSON,
                                "{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + ",\"model\":\"sluice/echo\"}"),
                        400,
                        "invalid_json",
                        null),
                refusal(
                        "no model",
                        post(CHAT, JSON, "{\"messages\":[{}]}"),
                        400,
                        "missing_required_parameter",
                        "model"),
                refusal(
                        "model a number",
                        post(CHAT, JSON, "{\"model\":7,\"messages\":[{}]}"),
                        400,
                        "invalid_type",
                        "model"),
                refusal(
                        "model with odd characters",
                        post(CHAT, JSON, "{\"model\":\"a b\",\"messages\":[{}]}"),
                        400,
                        "invalid_value",
                        "model"),
                refusal(
                        "model climbing",
                        post(CHAT, JSON, "{\"model\":\"sluice/..%2f\",\"messages\":[{}]}"),
                        400,
                        "invalid_value",
                        "model"),
                refusal(
                        "model twice",
                        post(CHAT, JSON, "{\"model\":\"a\",\"model\":\"b\",\"messages\":[{}]}"),
                        400,
                        "duplicate_key",
                        "model"),
                refusal(
                        "model twice, once escaped",
                        post(CHAT, JSON, "{\"model\":\"a\",\"mod\\u0065l\":\"b\",\"messages\":[{}]}"),
                        400,
                        "duplicate_key",
                        "model"),
                refusal(
                        "no messages",
                        post(CHAT, JSON, "{\"model\":\"sluice/echo\"}"),
                        400,
                        "missing_required_parameter",
                        "messages"),
                refusal(
                        "no prompt",
                        post("/v1/completions", JSON, "{\"model\":\"sluice/echo\"}"),
                        400,
                        "missing_required_parameter",
                        "prompt"),
                refusal(
                        "unknown model",
                        post(CHAT, JSON, "{\"model\":\"gpt-99\",\"messages\":[{}]}"),
                        404,
                        "model_not_found",
                        "model"),
                refusal(
                        "model the provider does not offer",
                        post(CHAT, JSON, "{\"model\":\"sluice/other\",\"messages\":[{}]}"),
                        404,
                        "model_not_found",
                        "model"),
                refusal(
                        "unknown model by id",
                        "GET /v1/models/nope HTTP/1.1\r\nhost: localhost\r\n\r\n",
                        404,
                        "model_not_found",
                        "model"),
                refusal("dot segment", "GET /v1/../x HTTP/1.1\r\nhost: localhost\r\n\r\n", 400, "bad_path", null),
                refusal("large and malformed", post(CHAT, JSON, large("]")), 400, "invalid_json", null),
                refusal(
                        "large and of an unknown model",
                        post(CHAT, JSON, large("}").replace("sluice/echo", "sluice/nope")),
                        404,
                        "model_not_found",
                        "model"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void errorsUseTheEnvelopeAndTheConnectionStaysUsable(Case refused) throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            Reply reply = reply(client, refused.request);

            assertThat(reply.status()).isEqualTo(refused.status);
            assertThat(reply.head()).contains("content-type: application/json").contains("x-request-id: req_");
            JsonObject error = new JsonObject(reply.body()).getJsonObject("error");
            assertThat(error.fieldNames()).containsExactly("message", "type", "param", "code");
            assertThat(error.getString("message")).isNotBlank();
            assertThat(error.getString("type")).isNotBlank();
            assertThat(error.getString("code")).isEqualTo(refused.code);
            assertThat(error.getString("param")).isEqualTo(refused.param);
            if (refused.status == 405) {
                assertThat(reply.head()).contains(refused.request.contains(CHAT) ? "allow: post" : "allow: get, head");
            }
            assertThat(reply.head()).doesNotContain("connection: close");
            assertThat(reply(client, post(CHAT, JSON, GOOD)).status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send(
                    "POST " + CHAT + " HTTP/1.1\r\nhost: localhost\r\n" + JSON + "\r\ncontent-length: 3145729\r\n\r\n");

            RawClient.Received received = client.read(20_000);

            assertThat(received.text()).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
            assertThat(new JsonObject(received.body()).getJsonObject("error").getString("code"))
                    .isEqualTo("request_too_large");
            assertThat(received.end()).isEqualTo(RawClient.End.CLOSED);
        }
    }

    @Test
    void aLargeBodyIsServed() throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            Reply reply = reply(client, post(CHAT, JSON, large("}")));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).contains("xxxx");
        }
    }

    @Test
    void headResponsesHaveNoBodyAndTheNextResponseIsReadable() throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            for (String path : new String[] {"/livez", "/readyz", "/v1/models", CHAT, "/nothing"}) {
                client.send("HEAD " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
                RawClient.Received head = client.read(20_000, "\r\n\r\n");
                int expected = path.equals(CHAT) ? 405 : path.equals("/nothing") ? 404 : 200;
                assertThat(head.text()).startsWith("HTTP/1.1 " + expected);
                assertThat(head.body()).isEmpty();
                assertThat(reply(client, post(CHAT, JSON, GOOD)).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void probesAreServedOnBothListeners() {
        for (String base : new String[] {sluice.baseUrl().replace("/v1", ""), sluice.adminUrl()}) {
            ChatClient client = new ChatClient(base);
            for (String path : new String[] {"/livez", "/readyz", "/health/liveliness", "/health/readiness"}) {
                assertThat(client.get(path).statusCode()).isEqualTo(200);
            }
            assertThat(client.get("/readyz?verbose").body()).contains("listening", "ready");
        }
        assertThat(new ChatClient(sluice.baseUrl().replace("/v1", ""))
                        .get("/metrics")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void theRequestIdIsTakenWhenItIsSafeAndMadeWhenItIsNot() throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            assertThat(reply(client, post(CHAT, JSON + "\r\nx-request-id: mine.1:A-b_c", GOOD))
                            .head())
                    .contains("x-request-id: mine.1:a-b_c");
            assertThat(reply(client, post(CHAT, JSON + "\r\nx-request-id: {\"a\":1}", GOOD))
                            .head())
                    .contains("x-request-id: req_");
        }
        await().untilAsserted(() -> assertThat(sluice.accessLines())
                .anySatisfy(line -> assertThat(line.getString("request_id")).isEqualTo("mine.1:A-b_c")));
    }

    private record Reply(int status, String head, String body) {}

    /** Sends a request and reads its response by the announced length. The head is in lower case. */
    private static Reply reply(RawClient client, String request) throws IOException {
        client.send(request);
        String text = client.readResponse(20_000);
        int end = text.indexOf("\r\n\r\n");
        return new Reply(
                Integer.parseInt(text.substring(9, 12)),
                text.substring(0, end).toLowerCase(Locale.ROOT),
                text.substring(end + 4));
    }

    private static Arguments refusal(String name, String request, int status, String code, String param) {
        return Arguments.of(Named.of(name, new Case(request, status, code, param)));
    }

    private static String post(String path, String headers, String body) {
        return "POST " + path + " HTTP/1.1\r\nhost: localhost\r\n" + headers + "\r\ncontent-length: " + body.length()
                + "\r\n\r\n" + body;
    }

    /** More than a mebibyte, so that it is scanned on a worker thread. */
    private static String large(String last) {
        return "{\"model\":\"sluice/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(1_200_000)
                + "\"}]" + last;
    }
}
