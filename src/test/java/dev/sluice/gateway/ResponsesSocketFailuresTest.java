package dev.sluice.gateway;

import static dev.sluice.testkit.ResponsesSocketClient.createEvent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ResponsesSocketClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A WebSocket of the Responses API when its client misbehaves or leaves, its caller is limited, or Sluice stops. */
class ResponsesSocketFailuresTest {

    private static final int MAX_BODY = 3 * 1024 * 1024;
    private static final VirtualKeys KEYS = new VirtualKeys()
            .with("app", "")
            .with("slow", "limits: { rpm: 1 }")
            .with("leaver", "")
            .with("revoked", "");

    private static Vertx vertx;
    private static OpenAiMock openai;
    private static RunningSluice sluice;
    private final List<ResponsesSocketClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        openai = OpenAiMock.open(vertx);
        sluice = RunningSluice.start(config(KEYS.yaml()), Map.of(), 1);
    }

    private static String config(String auth) {
        return """
            server:
              port: 0
              admin: { port: 0 }
              max_body: %d
            providers:
              openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }] }
            """.formatted(MAX_BODY, openai.baseUrl(), openai.key()) + auth;
    }

    @AfterAll
    static void stop() {
        sluice.close();
        openai.close();
        RunningSluice.await(vertx.close());
    }

    @BeforeEach
    void reset() {
        openai.reset();
    }

    @AfterEach
    void close() {
        clients.forEach(client -> client.socket().close());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"response.create\"  | invalid_json",
                "[1]                            | invalid_value",
                "{\"type\":\"response.cancel\"} | invalid_value",
                "{\"model\":\"openai/gpt-5\"}   | invalid_value",
                "{\"type\":\"response.create\",\"stream_id\":\"\"}           | invalid_stream_id",
                "{\"type\":\"response.create\",\"stream_id\":\"a b\"}        | invalid_stream_id",
                "{\"type\":\"response.create\",\"input\":\"a\",\"input\":1}  | invalid_value",
                "{\"type\":\"response.create\",\"input\":\"hi\"}             | missing_required_parameter",
            })
    void aMalformedEventIsAnErrorAndTheConnectionGoesOn(String message, String code) {
        ResponsesSocketClient client = connect("app");

        client.socket().writeTextMessage(message);
        client.error(400, code);

        client.create(createEvent("openai/gpt-5", "hi", null));
        client.completed();
    }

    @Test
    void aBinaryMessageClosesTheConnection() {
        ResponsesSocketClient client = connect("app");

        client.socket().writeBinaryMessage(Buffer.buffer("{}"));

        client.error(400, "invalid_value");
        client.isClosed(1003);
    }

    @Test
    void aMessageAboveTheLimitClosesTheConnection() {
        ResponsesSocketClient client = connect("app");

        client.socket().writeTextMessage("x".repeat(MAX_BODY + 1));

        client.error(413, "request_too_large");
        client.isClosed(1009);
    }

    @Test
    void aClientThatLeavesCancelsItsResponse() {
        ResponsesSocketClient client = connect("leaver");
        client.create(createEvent("openai/gpt-5", "fault: hang", null));
        client.next();

        client.socket().close();

        await().until(() -> openai.disconnects() > 0);
        await().untilAsserted(() -> assertThat(sluice.accessLines()).anySatisfy(line -> {
            assertThat(line.getString("key_id")).isEqualTo("leaver");
            assertThat(line.getString("cancel_cause")).isEqualTo("client_gone");
        }));
    }

    @Test
    void aFailureInTheStreamIsSeenAndTheConnectionGoesOn() {
        ResponsesSocketClient client = connect("app");

        client.create(createEvent("openai/gpt-5", "fault: cut", null));
        List<JsonObject> events = client.response();

        assertThat(events.get(events.size() - 2).getString("type")).isEqualTo("error");
        assertThat(events.getLast().getString("type")).isEqualTo("response.failed");
        client.create(createEvent("openai/gpt-5", "hi", null));
        client.completed();
    }

    @Test
    void limitsOfTheCallerHoldForEachEvent() {
        ResponsesSocketClient client = connect("slow");
        client.create(createEvent("openai/gpt-5", "one", null));
        JsonObject headers = client.response().getFirst().getJsonObject("headers");
        assertThat(headers.getString("x-ratelimit-limit-requests")).isEqualTo("1");

        client.create(createEvent("openai/gpt-5", "two", null));

        assertThat(client.error(429, "rate_limit_exceeded")
                        .getJsonObject("headers")
                        .getString("retry-after"))
                .isNotNull();
        client.create(createEvent("openai/gpt-5", "warm", null).put("generate", false));
        client.error(429, "rate_limit_exceeded");
    }

    @Test
    void aKeyIsNeeded() {
        assertThatThrownBy(() -> connect(sluice, "Bearer sk-wrong"))
                .rootCause()
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        refused -> assertThat(refused.getStatus()).isEqualTo(401));
    }

    @Test
    void aRevokedKeyIsRefusedAndTheConnectionCloses() {
        ResponsesSocketClient client = connect("revoked");
        client.create(createEvent("openai/gpt-5", "one", null));
        client.completed();
        String without = KEYS.yaml()
                .lines()
                .filter(line -> !line.contains("id: revoked"))
                .reduce("", (a, b) -> a + b + "\n");
        sluice.edit(config(without));
        await().untilAsserted(() ->
                assertThatThrownBy(() -> connect("revoked")).rootCause().isInstanceOf(UpgradeRejectedException.class));

        client.create(createEvent("openai/gpt-5", "two", null));

        client.error(401, "invalid_api_key");
        client.isClosed(1008);
        sluice.edit(config(KEYS.yaml()));
        await().ignoreExceptions().untilAsserted(() -> connect("revoked"));
    }

    @Test
    void anOldConnectionAndADrainingOneCloseAfterTheirResponses() {
        String yaml = config(KEYS.yaml())
                .replace("max_body:", "timeouts: { responses_socket: 1s }\n  drain: 5s\n  max_body:");
        try (RunningSluice other = RunningSluice.start(yaml, Map.of(), 1)) {
            ResponsesSocketClient old = connect(other, KEYS.bearer("app"));
            old.error(400, "websocket_connection_limit_reached");
            old.isClosed(1001);

            ResponsesSocketClient idle = connect(other, KEYS.bearer("app"));
            ResponsesSocketClient busy = connect(other, KEYS.bearer("app"));
            openai.respondAfter(Duration.ofMillis(300));
            busy.create(createEvent("openai/gpt-5", "one", null));
            await().until(() -> !openai.requests().isEmpty());

            Future<Void> drained = other.main().drain();

            idle.isClosed(1001);
            busy.completed();
            busy.isClosed(1001);
            RunningSluice.await(drained);
        }
    }

    private ResponsesSocketClient connect(String key) {
        return connect(sluice, KEYS.bearer(key));
    }

    private ResponsesSocketClient connect(RunningSluice at, String authorization) {
        ResponsesSocketClient client = ResponsesSocketClient.connect(vertx, at.port(), authorization);
        clients.add(client);
        return client;
    }
}
