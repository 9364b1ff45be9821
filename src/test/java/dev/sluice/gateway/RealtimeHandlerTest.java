package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The realtime relay, from a client's WebSocket to a provider's and back. */
class RealtimeHandlerTest {

    private static final int MANY = 2_000;
    private static final int LAST_WORDS = 200;
    private static final int FRAME = 60_000;

    private static Vertx vertx;
    /** Vert.x closes the sockets of a client that is garbage. */
    private static WebSocketClient sockets;

    private static RunningSluice sluice;
    private static final Queue<String> HANDSHAKES = new ConcurrentLinkedQueue<>();
    private static final AtomicLong SENT = new AtomicLong();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        sockets = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 24));
        HttpServer upstream = RunningSluice.await(vertx.createHttpServer(new HttpServerOptions()
                        .addWebSocketSubProtocol("realtime")
                        .setMaxWebSocketFrameSize(1 << 20)
                        .setMaxWebSocketMessageSize(1 << 24))
                .webSocketHandshakeHandler(handshake -> {
                    HANDSHAKES.add(handshake.uri() + " " + handshake.headers().get("authorization"));
                    if (handshake.path().startsWith("/refusing/")) {
                        handshake.reject(503);
                    } else {
                        handshake.accept();
                    }
                })
                .webSocketHandler(RealtimeHandlerTest::converse)
                .listen(0, "127.0.0.1"));
        String at = "http://127.0.0.1:" + upstream.actualPort();
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: { type: openai_compatible, base_url: "%1$s/v1", api_keys: [{ key: sk-provider }] }
              down: { type: openai_compatible, base_url: "%1$s/refusing" }
            models:
              voice: { targets: [{ provider: down, model: a }, { provider: up, model: "org/b" }] }
            """.formatted(at), Map.of(), 2);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    private static void converse(ServerWebSocket socket) {
        socket.textMessageHandler(text -> {
            switch (text) {
                case "bye" -> socket.close((short) 4001, "enough");
                case "flood" -> flood(socket, MANY);
                case "last words" -> {
                    for (int i = 0; i < LAST_WORDS; i++) {
                        socket.writeBinaryMessage(Buffer.buffer(new byte[FRAME]).setInt(0, i));
                    }
                    socket.close((short) 4002, "said");
                }
                case "usage" ->
                    socket.writeTextMessage("{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":11,"
                            + "\"output_tokens\":5,\"input_token_details\":{\"cached_tokens\":3}}}}");
                default -> socket.writeTextMessage("heard " + text.length() + ": " + text);
            }
        });
        socket.binaryMessageHandler(socket::writeBinaryMessage);
    }

    private static void flood(ServerWebSocket socket, int left) {
        if (left > 0) {
            SENT.incrementAndGet();
            socket.writeBinaryMessage(Buffer.buffer(new byte[FRAME])).onSuccess(v -> flood(socket, left - 1));
        }
    }

    @Test
    void relaysBothWaysOverTheFirstTargetThatOpens() {
        WebSocket socket = connect("voice");
        Queue<Object> heard = new ConcurrentLinkedQueue<>();
        socket.textMessageHandler(heard::add);
        socket.binaryMessageHandler(heard::add);
        // More than a frame. No more: the leak detector of the tests records each access to a masked frame.
        String large = "x".repeat(1_100_000);

        socket.writeTextMessage("hello");
        socket.writeBinaryMessage(Buffer.buffer(new byte[] {1, 2, 3}));
        socket.writeTextMessage(large);

        Awaitility.await()
                .untilAsserted(() -> assertThat(heard)
                        .containsExactly(
                                "heard 5: hello", Buffer.buffer(new byte[] {1, 2, 3}), "heard 1100000: " + large));
        assertThat(socket.subProtocol()).isEqualTo("realtime");
        assertThat(HANDSHAKES).contains("/v1/realtime?model=org%2Fb Bearer sk-provider");
        socket.close();
    }

    @Test
    void passesOnTheCloseCodeAndRecordsTheUsage() {
        WebSocket socket = connect("up/counted");
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        socket.textMessageHandler(heard::add);
        socket.writeTextMessage("usage");
        socket.writeTextMessage("usage");
        Awaitility.await().until(() -> heard.size() == 2);

        socket.writeTextMessage("bye");

        Awaitility.await().until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 4001);
        assertThat(socket.closeReason()).isEqualTo("enough");
        Awaitility.await()
                .untilAsserted(() -> assertThat(sluice.accessLines()).anySatisfy(line -> {
                    assertThat(line.getString("model")).isEqualTo("up/counted");
                    assertThat(line.getInteger("status")).isEqualTo(101);
                    assertThat(line.getLong("prompt_tokens")).isEqualTo(22);
                    assertThat(line.getLong("completion_tokens")).isEqualTo(10);
                }));
    }

    @Test
    void whatTheProviderSentBeforeItClosedIsRelayed() {
        WebSocket socket = connect("up/brief");
        Queue<Integer> heard = new ConcurrentLinkedQueue<>();
        socket.binaryMessageHandler(message -> heard.add(message.getInt(0)));
        socket.pause();

        socket.writeTextMessage("last words");

        Awaitility.await().during(java.time.Duration.ofMillis(500)).until(heard::isEmpty);
        socket.resume();
        Awaitility.await()
                .untilAsserted(() -> assertThat(heard).hasSize(LAST_WORDS).endsWith(LAST_WORDS - 1));
        assertThat(socket.closeStatusCode()).isEqualTo((short) 4002);
    }

    @Test
    void aSlowClientSlowsTheProviderDown() {
        WebSocket socket = connect("up/flooding");
        AtomicLong heard = new AtomicLong();
        socket.binaryMessageHandler(message -> heard.addAndGet(message.length()));
        SENT.set(0);
        socket.pause();

        socket.writeTextMessage("flood");

        Awaitility.await().during(java.time.Duration.ofMillis(500)).until(() -> {
            long before = SENT.getAndAdd(0);
            return before > 0 && before < MANY;
        });
        assertThat(SENT.get()).isLessThan(MANY);
        socket.resume();
        Awaitility.await().until(() -> heard.get() == (long) MANY * FRAME);
        socket.close();
    }

    @Test
    void failuresToOpenAreHttpResponses() {
        assertRejected("down/a", 503);
        assertRejected("unknown", 404);
        assertThat(sluice.chat().get("/realtime?model=up/x").statusCode()).isEqualTo(426);
    }

    @Test
    void routingOverridesOfTheHeadersApply() {
        HANDSHAKES.clear();
        connect("voice", "x-sluice-only", "up").close();
        assertThat(HANDSHAKES).singleElement().asString().startsWith("/v1/realtime?model=org%2Fb");

        connect("down/a", "x-sluice-fallbacks", "up/c").close();
        assertThat(HANDSHAKES).anyMatch(handshake -> handshake.startsWith("/v1/realtime?model=c"));

        assertRejected("voice", 503, "x-sluice-only", "down");
        assertRejected("voice", 400, "x-sluice-only", "elsewhere");
        assertRejected("voice", 400, "x-sluice-strategy", "luck");
    }

    private static void assertRejected(String model, int status, String... headers) {
        assertThatThrownBy(() -> connect(model, headers))
                .rootCause()
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        rejected -> assertThat(rejected.getStatus()).isEqualTo(status));
    }

    private static WebSocket connect(String model, String... headers) {
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        for (int i = 0; i < headers.length; i += 2) {
            options.addHeader(headers[i], headers[i + 1]);
        }
        return RunningSluice.await(sockets.connect(options.setHost("127.0.0.1")
                .setPort(sluice.port())
                .setURI("/v1/realtime?model=" + model)
                .setSubProtocols(List.of("realtime", "openai-beta.realtime-v1"))));
    }
}
