package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.ClientTimeouts;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a connection is busy, idle or stalled. The test chooses the time of each check. */
class EdgeConnectionTest {

    private static final ServerConfig CONFIG = EdgeFixture.config(1024, 10_000, 10_000, 60_000, null);
    private static final ClientTimeouts LIMITS = CONFIG.timeouts();
    private static final long HEADER = LIMITS.header().toNanos();
    private static final long IDLE = LIMITS.idle().toNanos();
    private static final long LINGER =
            Duration.ofMillis(ExchangeObserver.LINGER_MILLIS).toNanos();

    private static Vertx vertx;
    private static HttpServer http1;
    private static HttpServer http2;
    private static volatile boolean draining;
    private static volatile Context loop;
    private static volatile EdgeConnection connection;
    private static volatile HttpServerRequest held;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        http1 = serve(ServerSettings.dataPlane(CONFIG));
        // A port of its own: servers of one Vert.x share the one that dataPlane asks for.
        http2 = serve(ServerSettings.dataPlane(CONFIG).setPort(0).setHttp2ClearTextEnabled(true));
    }

    @AfterAll
    static void stop() {
        RunningSluice.await(vertx.close());
    }

    @BeforeEach
    void reset() {
        draining = false;
        connection = null;
        held = null;
    }

    @Test
    void anUnusedConnectionHasTheHeaderTime() throws Exception {
        try (EdgeClient client = new EdgeClient(http1.actualPort())) {
            await().until(() -> connection != null);
            assertThat(onLoop(connection::used)).isFalse();
            assertThat(busy(0)).isFalse();

            closeIfIdle(idleSince() + HEADER + 1);

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aUsedConnectionHasTheIdleTime() throws Exception {
        try (EdgeClient client = new EdgeClient(http1.actualPort())) {
            client.get("/one");
            assertThat(onLoop(connection::used)).isTrue();
            closeIfIdle(idleSince() + IDLE);
            assertThat(client.get("/two").status()).isEqualTo(200);

            closeIfIdle(idleSince() + IDLE + 1);

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aConnectionThatServesARequestIsNotIdle() throws Exception {
        try (EdgeClient client = new EdgeClient(http1.actualPort())) {
            client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> held != null);
            long started = idleSince();
            assertThat(busy(0)).isTrue();
            closeIfIdle(started + 10 * IDLE);

            release();

            assertThat(client.read().body()).isEqualTo("released");
            assertThat(busy(0)).isFalse();
            assertThat(idleSince()).isGreaterThan(started);
        }
    }

    @Test
    void anIdleConnectionIsFinishedAtOnce() throws Exception {
        try (EdgeClient client = new EdgeClient(http1.actualPort())) {
            client.get("/one");

            finish();

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aBusyConnectionIsFinishedAfterItsResponse() throws Exception {
        try (EdgeClient client = new EdgeClient(http1.actualPort())) {
            client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> held != null);
            draining = true;
            finish();

            release();

            EdgeClient.Reply reply = client.read();
            assertThat(reply.body()).isEqualTo("released");
            assertThat(reply.closes()).isTrue();
            assertThat(client.closedByServer()).isTrue();
        }
    }

    /** A used one only reads the rest of a refused upload; a new one may still send the request that is refused. */
    @Test
    void whileDrainingAUsedConnectionIsIdleSooner() throws Exception {
        try (EdgeClient used = new EdgeClient(http1.actualPort())) {
            used.get("/one");
            draining = true;
            closeIfIdle(idleSince() + LINGER + 1);
            assertThat(used.closedByServer()).isTrue();

            EdgeConnection before = connection;
            try (EdgeClient fresh = new EdgeClient(http1.actualPort())) {
                await().until(() -> connection != before);
                closeIfIdle(idleSince() + LINGER + 1);
                assertThat(fresh.get("/one").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void queuedBytesThatDoNotMoveAreAStall() throws Exception {
        try (EdgeClient client = new EdgeClient(http1.actualPort())) {
            client.get("/one");
            AtomicLong now = new AtomicLong(System.nanoTime() + 10 * IDLE);
            assertThat(onLoop(() -> connection.closeIfStalled(now.get(), 1))).isFalse();
            client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

            await().until(() -> onLoop(() -> connection.closeIfStalled(now.addAndGet(1_000), 999)));

            assertThat(RunningSluice.await(connection.closed().map(true))).isTrue();
        }
    }

    @Test
    void overHttp2AConnectionIsBusyWhileAStreamIsOpen() {
        HttpClient client = vertx.createHttpClient(http2Options());
        Future<Buffer> response = send(client, "/held");
        await().until(() -> held != null);
        long seen = idleSince() + 1;
        assertThat(held.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(busy(seen - 1)).isTrue();
        assertThat(busy(seen)).isTrue();
        assertThat(idleSince()).isEqualTo(seen);
        closeIfIdle(seen + 10 * IDLE);

        release();

        assertThat(body(response)).isEqualTo("released");
        await().until(() -> !busy(seen));
        closeIfIdle(idleSince() + IDLE);
        assertThat(body(send(client, "/one"))).isEqualTo("/one");
        assertThat(onLoop(connection::used)).isTrue();
        await().until(() -> !busy(seen));
        closeIfIdle(idleSince() + IDLE + 1);
        assertThat(RunningSluice.await(connection.closed().map(true))).isTrue();
    }

    /** A request that crosses the announcement on the wire is still served. */
    @Test
    void overHttp2TheEndIsAnnouncedAndStreamsAreServed() {
        AtomicBoolean announced = new AtomicBoolean();
        HttpClient client = vertx.httpClientBuilder()
                .with(http2Options())
                .withConnectHandler(opened -> opened.goAwayHandler(goAway -> announced.set(true)))
                .build();
        Future<Buffer> response = send(client, "/held");
        await().until(() -> held != null);

        finish();

        await().until(announced::get);
        assertThat(connection.closed().isComplete()).isFalse();
        release();
        assertThat(body(response)).isEqualTo("released");
        RunningSluice.await(client.close());
    }

    private static HttpServer serve(HttpServerOptions options) {
        return RunningSluice.await(vertx.createHttpServer(options)
                .connectionHandler(opened -> accept(opened, options))
                .requestHandler(EdgeConnectionTest::route)
                .listen());
    }

    private static void accept(HttpConnection opened, HttpServerOptions options) {
        loop = Vertx.currentContext();
        connection = EdgeConnection.of(opened, options, () -> draining);
    }

    private static void route(HttpServerRequest request) {
        switch (request.path()) {
            case "/held" -> held = request;
            case "/large" -> request.response().end(Buffer.buffer(new byte[EdgeFixture.LARGE]));
            default -> request.response().end(request.path());
        }
    }

    private static HttpClientOptions http2Options() {
        return new HttpClientOptions()
                .setDefaultPort(http2.actualPort())
                .setDefaultHost("127.0.0.1")
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false);
    }

    /** Each step is on the event loop of the response: asked for from elsewhere, its body may have passed. */
    private static Future<Buffer> send(HttpClient client, String path) {
        Promise<Buffer> body = Promise.promise();
        vertx.runOnContext(v -> client.request(HttpMethod.GET, path)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .onComplete(body));
        return body.future();
    }

    private static String body(Future<Buffer> body) {
        return RunningSluice.await(body).toString();
    }

    private static void release() {
        onLoop(() -> held.response().end("released"));
    }

    private static void finish() {
        onLoop(() -> {
            connection.finish();
            return true;
        });
    }

    private static boolean busy(long now) {
        return onLoop(() -> connection.busy(now));
    }

    private static long idleSince() {
        return onLoop(() -> connection.idleSince);
    }

    private static void closeIfIdle(long now) {
        onLoop(() -> {
            connection.closeIfIdle(now, LIMITS, draining);
            return true;
        });
    }

    private static <T> T onLoop(Supplier<T> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(v -> done.complete(action.get()));
        return RunningSluice.await(done.future());
    }
}
