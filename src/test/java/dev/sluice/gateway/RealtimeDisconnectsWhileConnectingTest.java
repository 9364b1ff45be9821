package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that disconnects while the upstream connection of its realtime session is still being opened. */
class RealtimeDisconnectsWhileConnectingTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<HttpServerRequest> handshakes = new ConcurrentLinkedQueue<>();
    private final VirtualKeys keys = new VirtualKeys().with("ci", "limits: { concurrency: 1 }, budget: { usd: 1 }");

    private RunningSluice sluice;
    private RecordedUsage accounts;

    @BeforeEach
    void start() {
        HttpServer upstream = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    request.pause();
                    handshakes.add(request);
                })
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + keys.yaml()
                        + """
                        store: { url: "sqlite:%2$s" }
                        providers:
                          up:
                            type: openai_compatible
                            base_url: "http://127.0.0.1:%1$d/v1"
                            timeouts: { connect: 10s }
                            limits: { rpm: 1000 }
                        model_info: { talk: { input: 1000, output: 2000 } }
                        """.formatted(upstream.actualPort(), folder.resolve("sluice.db")),
                Map.of(),
                1);
        accounts = RecordedUsage.of(sluice);
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void aSocketThatOpensTooLateIsClosedAndCostsNothing() throws IOException {
        HttpServerRequest handshake = leaveWhileItOpens("opens");

        ServerWebSocket socket = RunningSluice.await(handshake.toWebSocket());

        await().atMost(SOON).until(socket::isClosed);
        assertThat(onlyRow("opens"))
                .extracting(AttemptRecord::outcome, AttemptRecord::status, AttemptRecord::costSource)
                .containsExactly("cancelled", 499, CostSource.NONE);
        assertThat(ObservedState.accessLine(sluice, "opens").getString("outcome"))
                .isEqualTo("cancelled");
    }

    @Test
    void aLateRefusalIsAFailureOfTheProvider() throws IOException {
        HttpServerRequest handshake = leaveWhileItOpens("refused");

        handshake.response().setStatusCode(503).end();

        assertThat(onlyRow("refused"))
                .extracting(AttemptRecord::outcome, AttemptRecord::status, AttemptRecord::costSource)
                .containsExactly("failed", 503, CostSource.NONE);
        assertThat(ObservedState.accessLine(sluice, "refused").getString("outcome"))
                .isEqualTo("cancelled");
    }

    /** RFC 6455, 4.1: a client waits. Its frames would arrive before there is a WebSocket that releases them. */
    @Test
    void framesBeforeTheHandshakeIsAcceptedCloseTheConnection() throws IOException {
        String emptyText = "\u0081\u0080\0\0\0\0";
        try (RawClient client = connect("early", emptyText + emptyText)) {
            await().atMost(SOON).until(() -> !handshakes.isEmpty());

            ServerWebSocket socket = RunningSluice.await(handshakes.remove().toWebSocket());

            assertThat(client.read(5_000).end()).isNotEqualTo(RawClient.End.SILENCE);
            await().atMost(SOON).until(socket::isClosed);
        }
        assertThat(onlyRow("early").outcome()).isEqualTo("cancelled");
        assertThat(ObservedState.accessLine(sluice, "early").getString("outcome"))
                .isEqualTo("cancelled");
    }

    /** Waits until everything is released. */
    private AttemptRecord onlyRow(String id) {
        await().atMost(SOON).until(() -> accounts.quota().openReservations() == 0 && accounts.written());
        assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isZero();
        assertThat(accounts.quota().concurrency(QuotaScope.PROVIDER, "up")).isZero();
        assertThat(accounts.quota().leaked()).isZero();
        ObservedState.awaitInFlight(sluice, "up", 0);
        await().atMost(SOON).until(() -> ObservedState.requestsInFlight(sluice) == 0);
        List<AttemptRecord> rows = accounts.rows(id);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private RawClient connect(String id, String frames) throws IOException {
        return RawClient.connect(sluice.port())
                .send("GET /v1/realtime?model=up/talk HTTP/1.1\r\nhost: localhost\r\nauthorization: "
                        + keys.bearer("ci") + "\r\nx-request-id: " + id
                        + "\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
                        + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + frames);
    }

    private HttpServerRequest leaveWhileItOpens(String id) throws IOException {
        try (RawClient client = connect(id, "")) {
            assertThat(client).isNotNull();
            await().atMost(SOON).until(() -> !handshakes.isEmpty());
            assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isOne();
            assertThat(accounts.quota().concurrency(QuotaScope.PROVIDER, "up")).isOne();
            assertThat(ObservedState.inFlight(sluice, "up")).isOne();
        }
        // On the one event loop the end of a connection comes before what is asked of it afterwards.
        ObservedState.awaitInFlight(sluice, "up", 1);
        return handshakes.remove();
    }
}
