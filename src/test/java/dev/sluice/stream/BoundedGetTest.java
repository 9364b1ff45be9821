package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedGetTest {

    private static final int LONG = 10_000;
    private static final int MAX_BYTES = 10;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong timer = new AtomicLong();

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void aResponseOfAnyStatusWithinTheLimitsIsComplete() {
        BoundedGet.Response response = get(
                        LONG,
                        socket -> socket.write(
                                        "HTTP/1.1 404 Not Found\r\netag: \"7\"\r\ncontent-length: 10\r\n\r\n01234")
                                .onComplete(written -> socket.write("56789")))
                .result();

        assertThat(response.head().statusCode()).isEqualTo(404);
        assertThat(response.head().getHeader("etag")).isEqualTo("\"7\"");
        assertThat(response.body().toText()).isEqualTo("0123456789");
    }

    @Test
    void aResponseWithoutABodyIsComplete() {
        BoundedGet.Response response = get(LONG, socket -> socket.write("HTTP/1.1 304 Not Modified\r\n\r\n"))
                .result();

        assertThat(response.head().statusCode()).isEqualTo(304);
        assertThat(response.body().isEmpty()).isTrue();
    }

    @Test
    void aServerThatNeverRespondsIsResetAtTheTimeLimit() {
        assertThat(get(50, socket -> {}).cause()).isInstanceOf(BoundedGet.LimitExceeded.class);
        await().untilTrue(closed);
    }

    @Test
    void aLargerResponseIsResetAtTheLimit() {
        Throwable failure = get(
                        LONG, socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n0123456789x"))
                .cause();

        assertThat(failure).isInstanceOf(BoundedGet.LimitExceeded.class).hasMessage("sent more than 10 bytes");
        await().untilTrue(closed);
    }

    /** Each byte restarts a timeout of silence. */
    @Test
    void aResponseThatNeverEndsIsResetAtTheTimeLimit() {
        Throwable failure = get(300, socket -> {
                    socket.write("HTTP/1.1 200 OK\r\nx: ");
                    timer.set(vertx.setPeriodic(20, id -> socket.write("x")));
                })
                .cause();

        assertThat(failure)
                .isInstanceOf(BoundedGet.LimitExceeded.class)
                .hasMessage("sent no complete response within 300 ms");
        await().untilTrue(closed);
    }

    /** The pool has one connection, which the second request gets only when the first has released it. */
    @Test
    void aRequestThatIsOpenedAfterTheTimeLimitIsNotSentAndReleasesItsConnection() {
        int port = listen(socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        Promise<HttpClientRequest> opened = Promise.promise();

        Throwable failure = send(opened.future(), 50, head -> null).cause();
        vertx.runOnContext(
                v -> client.request(HttpMethod.GET, port, "127.0.0.1", "/").onComplete(opened));

        assertThat(failure).isInstanceOf(BoundedGet.LimitExceeded.class);
        assertThat(send(port, LONG, head -> null).succeeded()).isTrue();
        assertThat(requests).hasValue(1);
    }

    @Test
    void aResponseThatIsCutOffFails() {
        Throwable failure = get(
                        LONG,
                        socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n012")
                                .onComplete(written -> socket.close()))
                .cause();

        assertThat(failure).isInstanceOf(HttpClosedException.class);
    }

    @Test
    void aServerThatCannotBeReachedFails() {
        Promise<HttpClientRequest> opened = Promise.promise();
        vertx.runOnContext(
                v -> client.request(HttpMethod.GET, 1, "127.0.0.1", "/").onComplete(opened));

        assertThat(send(opened.future(), LONG, head -> null).cause()).isInstanceOf(ConnectException.class);
    }

    @Test
    void aResponseThatTheHeadCheckRefusesIsResetBeforeItsBodyIsRead() {
        Throwable refusal = new IllegalStateException("not JSON");
        int port = listen(socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n0123456789x"));

        assertThat(send(port, LONG, head -> refusal).cause()).isSameAs(refusal);
        await().untilTrue(closed);
    }

    private interface Peer {
        void respond(NetSocket socket);
    }

    private Future<BoundedGet.Response> get(long maxMillis, Peer peer) {
        return send(listen(peer), maxMillis, head -> null);
    }

    private int listen(Peer peer) {
        NetServer server = RunningSluice.await(vertx.createNetServer()
                .connectHandler(socket -> {
                    socket.handler(request -> {
                        requests.incrementAndGet();
                        peer.respond(socket);
                    });
                    socket.closeHandler(v -> {
                        vertx.cancelTimer(timer.get());
                        closed.set(true);
                    });
                })
                .listen(0, "127.0.0.1"));
        return server.actualPort();
    }

    private Future<BoundedGet.Response> send(
            int port, long maxMillis, Function<HttpClientResponse, Throwable> headCheck) {
        Promise<BoundedGet.Response> response = Promise.promise();
        vertx.runOnContext(v -> BoundedGet.send(
                        vertx, client.request(HttpMethod.GET, port, "127.0.0.1", "/"), maxMillis, MAX_BYTES, headCheck)
                .onComplete(response));
        return ended(response.future());
    }

    private Future<BoundedGet.Response> send(
            Future<HttpClientRequest> opened, long maxMillis, Function<HttpClientResponse, Throwable> headCheck) {
        Promise<BoundedGet.Response> response = Promise.promise();
        vertx.runOnContext(v ->
                BoundedGet.send(vertx, opened, maxMillis, MAX_BYTES, headCheck).onComplete(response));
        return ended(response.future());
    }

    private static Future<BoundedGet.Response> ended(Future<BoundedGet.Response> response) {
        await().until(response::isComplete);
        return response;
    }
}
