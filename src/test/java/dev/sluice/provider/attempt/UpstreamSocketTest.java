package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.DirectProvider;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A WebSocket to a provider: its handshake, what a refused one means for key and breaker, and how long it counts. */
class UpstreamSocketTest {

    private static final String KEY = "sk-upstream-0123456789";
    private static final SocketCall CALL = new SocketCall("req-1", "talk", name -> null, List.of("realtime"));

    private static final Queue<ServerWebSocket> SOCKETS = new ConcurrentLinkedQueue<>();
    private static volatile MultiMap handshake;
    private static Vertx vertx;
    private static HttpServer server;

    private DirectProvider provider;

    @BeforeAll
    static void serve() {
        vertx = Vertx.vertx();
        server = RunningSluice.await(vertx.createHttpServer(new HttpServerOptions().addWebSocketSubProtocol("realtime"))
                .requestHandler(request -> {
                    switch (request.path()) {
                        case "/busy/realtime" ->
                            request.response()
                                    .setStatusCode(429)
                                    .putHeader("retry-after", "7")
                                    .end("{\"error\":{\"message\":\"slow down, " + KEY + "\"}}");
                        case "/broken/realtime" ->
                            request.response().setStatusCode(500).end();
                        default -> {
                            handshake = request.headers();
                            request.toWebSocket().onSuccess(socket -> {
                                SOCKETS.add(socket);
                                socket.writeTextMessage("hello");
                            });
                        }
                    }
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterAll
    static void close() {
        RunningSluice.await(vertx.close());
    }

    @AfterEach
    void stop() {
        provider.close();
        SOCKETS.clear();
    }

    @Test
    void theHandshakeHasTheProvidersKeyAndTheOfferedProtocol() {
        provider("/v1", "");

        open();

        assertThat(handshake.get("authorization")).isEqualTo("Bearer " + KEY);
        assertThat(handshake.get("x-request-id")).isEqualTo("req-1");
        assertThat(handshake.get("sec-websocket-protocol")).isEqualTo("realtime");
    }

    /** The client's side is opened later, and what the provider has sent must not be lost until then. */
    @Test
    void anOpenSocketIsPaused() {
        provider("/v1", "");
        SocketReply.Open open = open();
        Queue<String> received = new ConcurrentLinkedQueue<>();

        open.context().runOnContext(v -> open.socket().textMessageHandler(received::add));
        await().until(() -> SOCKETS.size() == 1);
        assertThat(received).isEmpty();

        open.context().runOnContext(v -> open.socket().fetch(1));
        await().until(() -> received.contains("hello"));
    }

    @Test
    void aSocketIsInFlightUntilItCloses() {
        provider("/v1", "");
        SocketReply.Open open = open();
        assertThat(provider.state().inFlight("talk")).isOne();

        open.context().runOnContext(v -> open.socket().close());

        await().until(() -> provider.state().inFlight("talk") == 0);
    }

    /** A session may end in any way that its client likes: only the handshake counts. */
    @Test
    void aCutSessionDoesNotOpenTheBreaker() {
        provider("/v1", ", breaker: { min_calls: 1 }");
        SocketReply.Open open = open();
        open.context().runOnContext(v -> open.socket().resume());
        await().until(() -> SOCKETS.size() == 1);

        SOCKETS.element().close((short) 1011);

        await().until(() -> provider.state().inFlight("talk") == 0);
        assertThat(provider.state().unavailability("talk")).isNull();
    }

    @Test
    void aRefusedHandshakeIsTheProvidersErrorWithoutItsKey() {
        provider("/busy", "");

        GatewayError error = failed();

        assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(error.retryAfterMillis()).isEqualTo(7_000);
        assertThat(error.message()).contains("slow down").doesNotContain(KEY);
        assertThat(provider.state().inFlight("talk")).isZero();
        assertThat(provider.state().keys().draw("talk"))
                .as("the only key is in cooldown")
                .isNull();
    }

    /** The path has the client's model, so a response says nothing about other sessions. */
    @Test
    void aRefusedHandshakeDoesNotOpenTheBreaker() {
        provider("/broken", ", breaker: { min_calls: 1, active_probe: false }");

        assertThat(failed().kind()).isEqualTo(Kind.UPSTREAM);

        assertThat(provider.state().unavailability("talk")).isNull();
        assertThat(provider.state().inFlight("talk")).isZero();
    }

    @Test
    void anUnreachableProviderOpensTheBreaker() {
        HttpServer closed = RunningSluice.await(
                vertx.createHttpServer().requestHandler(request -> {}).listen(0, "127.0.0.1"));
        int port = closed.actualPort();
        RunningSluice.await(closed.close());
        provider = new DirectProvider(
                "http://127.0.0.1:" + port + "/v1", ", breaker: { min_calls: 1, active_probe: false }");

        assertThat(failed().failure()).isEqualTo(FailureCode.UPSTREAM_UNREACHABLE);

        assertThat(failed().failure()).isEqualTo(FailureCode.BREAKER_OPEN);
        assertThat(provider.state().inFlight("talk")).isZero();
    }

    private void provider(String path, String more) {
        provider = new DirectProvider(
                "http://127.0.0.1:" + server.actualPort() + path, ", api_keys: [ { key: " + KEY + " } ]" + more);
    }

    private SocketReply.Open open() {
        return (SocketReply.Open) provider.socket(CALL);
    }

    private GatewayError failed() {
        return ((SocketReply.Failed) provider.socket(CALL)).error();
    }
}
