package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.stream.BoundedGet;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pool of one event loop: its share of the connections, their reuse, and what a reset does to them. */
class UpstreamClientTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Queue<HttpServerRequest> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger closedByClient = new AtomicInteger();
    private HttpServer server;
    private ConnectionPermits permits;
    private UpstreamClient client;

    @BeforeEach
    void start() {
        server = RunningSluice.await(vertx.createHttpServer()
                .connectionHandler(connection -> connection.closeHandler(v -> closedByClient.incrementAndGet()))
                .requestHandler(request -> {
                    received.add(request);
                    switch (request.path()) {
                        case "/held" -> request.response().setChunked(true).write("x");
                        case "/moved" ->
                            request.response()
                                    .setStatusCode(302)
                                    .putHeader("location", "/elsewhere")
                                    .end();
                        default -> request.response().setStatusCode(207).end(request.uri());
                    }
                })
                .listen(0, "127.0.0.1"));
        client = client(server.actualPort());
    }

    @AfterEach
    void close() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void theFirstUseOfAConnectionIsReportedOnce() {
        HttpClientRequest first = open(HttpMethod.POST, "/a");
        assertThat(on(() -> client.firstUse(first.connection()))).isTrue();
        assertThat(on(() -> client.firstUse(first.connection()))).isFalse();
        finish(first);

        HttpClientRequest second = open(HttpMethod.POST, "/a");
        assertThat(second.connection()).as("the pool keeps it alive").isSameAs(first.connection());
        assertThat(on(() -> client.firstUse(second.connection()))).isFalse();
    }

    /** Its bytes arrive while the event loop is busy, so that the loop has not read them when it sends the request. */
    @Test
    void aResponseThatWaitsInTheSocketIsNotTakenForTheNextOne() {
        AtomicReference<NetSocket> provider = new AtomicReference<>();
        int port = RunningSluice.await(vertx.createNetServer()
                        .connectHandler(socket -> {
                            provider.set(socket);
                            socket.handler(request -> socket.write(response("solicited")));
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
        client = client(port);
        finish(open(HttpMethod.POST, "/a"));

        Throwable failure = failure(() -> {
            provider.get().write(response("unsolicited"));
            LockSupport.parkNanos(50_000_000);
            return request(HttpMethod.POST, "/b")
                    .compose(HttpClientRequest::send)
                    .compose(HttpClientResponse::body);
        });

        assertThat(failure).matches(NetworkFailure::isUnsent);
        Buffer next = RunningSluice.await(future(() ->
                request(HttpMethod.POST, "/c").compose(HttpClientRequest::send).compose(HttpClientResponse::body)));
        assertThat(next).hasToString("solicited");
    }

    private static String response(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void manyDifferentPathsAreRequestedAsTheyAre() {
        for (int i = 0; i < 300; i++) {
            finish(open(HttpMethod.POST, "/deployments/" + i + "?v=1"));
        }
        finish(open(HttpMethod.GET, "/models"));
        finish(open(HttpMethod.POST, "/deployments/7?v=1"));

        assertThat(received).hasSize(302);
        assertThat(received.stream().map(request -> request.method() + " " + request.uri()))
                .contains("POST /deployments/0?v=1", "POST /deployments/299?v=1", "GET /models")
                .endsWith("POST /deployments/7?v=1");
    }

    @Test
    void aPathThatWasPostedCanBeRead() {
        finish(open(HttpMethod.POST, "/files"));
        finish(open(HttpMethod.GET, "/files"));

        assertThat(received.stream().map(request -> request.method().name())).containsExactly("POST", "GET");
    }

    @Test
    void aFullQueueOfThePoolFailsAtOnce() {
        open(HttpMethod.GET, "/held");
        later(() -> request(HttpMethod.GET, "/second"));

        Throwable failure = failure(() -> request(HttpMethod.GET, "/third"));

        assertThat(failure).isInstanceOf(ConnectionPoolTooBusyException.class);
    }

    @Test
    void aResetClosesItsConnectionAndFreesItsPlaceInThePool() {
        HttpClientRequest held = open(HttpMethod.GET, "/held");
        RunningSluice.await(future(held::send));

        on(() -> {
            UpstreamClient.abort(held, true);
            return true;
        });

        await().until(() -> closedByClient.get() == 1);
        finish(open(HttpMethod.GET, "/next"));
        assertThat(received).hasSize(2);
    }

    @Test
    void aResetOfAHalfWrittenRequestClosesItsConnection() {
        HttpClientRequest half = open(HttpMethod.POST, "/a");
        on(() -> half.putHeader("content-length", "1000").write("half"));
        await().until(() -> received.size() == 1);

        on(() -> {
            UpstreamClient.abort(half, false);
            return true;
        });

        await().until(() -> closedByClient.get() == 1);
    }

    @Test
    void redirectsAreNotFollowed() {
        assertThat(RunningSluice.await(future(() -> status("/moved", List.of("authorization", "key"), 20_000))))
                .isEqualTo(302);
        assertThat(received).hasSize(1);
    }

    @Test
    void theStatusOfAGetIsReadWithItsHeaders() {
        assertThat(RunningSluice.await(
                        future(() -> status("/models?a=b", List.of("x-one", "1", "x-two", "2"), 20_000))))
                .isEqualTo(207);

        HttpServerRequest request = received.element();
        assertThat(request.uri()).isEqualTo("/models?a=b");
        assertThat(request.getHeader("x-one")).isEqualTo("1");
        assertThat(request.getHeader("x-two")).isEqualTo("2");
    }

    @Test
    void aStatusThatTakesTooLongIsResetAndFreesItsPlaceInThePool() {
        Throwable failure = failure(() -> status("/held", List.of(), 50));

        assertThat(failure)
                .isInstanceOf(BoundedGet.LimitExceeded.class)
                .hasMessage("sent no complete response within 50 ms");
        await().until(() -> permits.used() == 0);
        await().until(() -> closedByClient.get() == 1);
        assertThat(RunningSluice.await(future(() -> status("/next", List.of(), 20_000))))
                .isEqualTo(207);
    }

    @Test
    void aRequestThatIsCancelledLeavesTheQueueAndTakesNoConnection() {
        HttpClientRequest held = open(HttpMethod.GET, "/held");
        RunningSluice.await(future(held::send));
        AtomicInteger resumed = new AtomicInteger();
        ConnectionPermits.Waiter first = on(() -> client.acquire(resumed::incrementAndGet));
        assertThat(catchThrowable(() -> on(() -> client.acquire(resumed::incrementAndGet))))
                .hasRootCauseInstanceOf(ConnectionPoolTooBusyException.class);

        assertThat(first.cancel()).isTrue();

        Future<Void> second = future(() -> request(HttpMethod.GET, "/second")
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .mapEmpty());
        on(() -> {
            UpstreamClient.abort(held, true);
            return true;
        });
        RunningSluice.await(second);
        await().until(() -> permits.used() == 0);
        assertThat(permits.waiting()).isZero();
        assertThat(resumed).hasValue(0);
    }

    @Test
    void everyRequestReturnsItsPermit() {
        finish(open(HttpMethod.POST, "/a"));
        assertThat(permits.used()).isZero();
        HttpClientRequest discarded = open(HttpMethod.POST, "/b");
        assertThat(permits.used()).isEqualTo(1);
        on(() -> {
            client.discard(discarded);
            return true;
        });
        assertThat(permits.used()).isZero();
        RunningSluice.await(future(() -> status("/models", List.of(), 20_000)));
        RunningSluice.await(future(() -> client.get("/models", List.of(), 20_000)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)));
        await().until(() -> permits.used() == 0);
        RunningSluice.await(server.close());
        await().until(() -> closedByClient.get() > 0);
        assertThat(catchThrowable(() -> open(HttpMethod.POST, "/c"))).isNotNull();
        assertThat(permits.used()).isZero();
    }

    /** It waits for the pool's only connection, must not be sent when that is free at last, and leaves the queue. */
    @Test
    void aStatusThatExpiresInTheQueueIsNotSent() {
        client = client(server.actualPort());
        HttpClientRequest held = open(HttpMethod.GET, "/held");
        RunningSluice.await(future(held::send));
        for (int i = 0; i < 3; i++) {
            assertThat(failure(() -> status("/expired", List.of(), 50)))
                    .hasMessageStartingWith("The timeout of 50 ms has been exceeded when getting a connection");
        }

        on(() -> {
            UpstreamClient.abort(held, true);
            return true;
        });
        finish(open(HttpMethod.GET, "/next"));

        assertThat(received.stream().map(HttpServerRequest::path)).containsExactly("/held", "/next");
    }

    @Test
    void aRefusedWebSocketFailsWithTheStatus() {
        Throwable failure = failure(() -> client.socket("/realtime", MultiMap.caseInsensitiveMultiMap(), List.of()));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        rejected -> assertThat(rejected.getStatus()).isEqualTo(207));
    }

    @Test
    void aClosedClientSendsNothing() {
        RunningSluice.await(future(client::close));

        assertThat(failure(() -> request(HttpMethod.GET, "/a"))).isInstanceOf(IllegalStateException.class);
    }

    private Future<Integer> status(String path, List<String> headers, long millis) {
        return BoundedGet.send(vertx, client.healthCheck(path, headers, millis), millis, 1000)
                .map(response -> response.head().statusCode());
    }

    private HttpClientRequest open(HttpMethod method, String path) {
        return RunningSluice.await(future(() -> request(method, path)));
    }

    private void finish(HttpClientRequest request) {
        RunningSluice.await(future(() -> request.send().compose(HttpClientResponse::body)));
    }

    private Throwable failure(Supplier<Future<?>> call) {
        return catchThrowable(() -> RunningSluice.await(future(call::get)))
                .getCause()
                .getCause();
    }

    private <T> T on(Supplier<T> action) {
        return RunningSluice.await(future(() -> Future.succeededFuture(action.get())));
    }

    private void later(Supplier<Future<?>> action) {
        on(action);
    }

    /** Everything runs on one event loop, as the client requires. */
    @SuppressWarnings("unchecked")
    private <T> Future<T> future(Supplier<? extends Future<? extends T>> call) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(v -> {
            try {
                ((Future<T>) call.get()).onComplete(promise);
            } catch (RuntimeException thrown) {
                promise.fail(thrown);
            }
        });
        return promise.future();
    }

    /** With one connection, for which one request may wait. */
    private UpstreamClient client(int port) {
        ProviderSettings settings = settings(port);
        permits = ConnectionPermitsTest.permits(settings.config().pool(), 1, 1);
        return on(() -> new UpstreamClient(vertx, settings, permits));
    }

    /** As attempts open their requests. */
    private Future<HttpClientRequest> request(HttpMethod method, String path) {
        Promise<HttpClientRequest> opened = Promise.promise();
        client.acquire(() -> client.request(method, path)
                .onSuccess(client::use)
                .onFailure(failure -> client.release())
                .onComplete(opened));
        return opened.future();
    }

    private ProviderSettings settings(int port) {
        String yaml = "providers: { up: { type: openai_compatible, base_url: \"http://127.0.0.1:" + port
                + "/v1\" } }\nstore: { enabled: false }\n";
        LoadedConfig.Ok ok = (LoadedConfig.Ok) ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        return ProviderSettings.of("up", ok.config().providers().get("up"));
    }
}
