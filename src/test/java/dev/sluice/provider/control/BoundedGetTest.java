package dev.sluice.provider.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A response is read whole within its limits of bytes and time, or the request is reset. */
class BoundedGetTest {

    private static final int LIMIT = 100;
    private static final long LONG = 20_000;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicReference<String> request = new AtomicReference<>();

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void aResponseHasItsStatusTagAndBody() {
        BoundedGet.Response response = get(
                LONG, socket -> socket.write("HTTP/1.1 404 Not Found\r\netag: \"1\"\r\ncontent-length: 4\r\n\r\ngone"));

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.etag()).isEqualTo("\"1\"");
        assertThat(new String(response.body().toBytes(), UTF_8)).isEqualTo("gone");
        assertThat(request.get()).startsWith("GET /models?page=2 HTTP/1.1\r\n").contains("x-key: secret\r\n");
    }

    @Test
    void anEmptyResponseWithoutATagIsRead() {
        BoundedGet.Response response = get(LONG, socket -> socket.write("HTTP/1.1 304 Not Modified\r\n\r\n"));

        assertThat(response.status()).isEqualTo(304);
        assertThat(response.etag()).isNull();
        assertThat(response.body().length()).isZero();
    }

    @Test
    void aBodyOfExactlyTheLimitIsRead() {
        assertThat(get(LONG, socket -> chunks(socket, 60, 40)).body().length()).isEqualTo(LIMIT);
    }

    @Test
    void aBodyOfOneByteMoreIsResetInTheMiddle() {
        GatewayException failure = failure(LONG, socket -> {
            socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            socket.write("3c\r\n" + "x".repeat(60) + "\r\n29\r\n" + "x".repeat(41) + "\r\n");
        });

        assertThat(failure.error().kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(failure.error().message()).isEqualTo("sent more than 100 bytes");
        await().until(() -> closed.get() == 1);
    }

    /** The time limits the whole exchange: bytes that trickle in do not extend it. */
    @Test
    void aResponseThatTricklesInIsResetWhenItsTimeIsOver() {
        GatewayException failure = failure(200, socket -> {
            socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            long timer = vertx.setPeriodic(20, id -> socket.write("1\r\nx\r\n"));
            socket.closeHandler(v -> {
                vertx.cancelTimer(timer);
                closed.incrementAndGet();
            });
        });

        assertThat(failure.error().message()).isEqualTo("sent no whole response within 200 ms");
        await().until(() -> closed.get() == 1);
    }

    @Test
    void aProviderThatNeverRespondsIsReset() {
        GatewayException failure = failure(50, socket -> {});

        assertThat(failure.error().message()).isEqualTo("sent no whole response within 50 ms");
        await().until(() -> closed.get() == 1);
    }

    @Test
    void aConnectionClosedInTheBodyFailsTheCall() {
        Throwable failure = catchThrowable(() -> get(
                LONG,
                socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
                        .onComplete(v -> socket.close())));

        assertThat(failure).isNotNull();
        assertThat(failure.getCause().getCause()).hasMessageContaining("closed");
    }

    private static void chunks(NetSocket socket, int... sizes) {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for (int size : sizes) {
            socket.write(Integer.toHexString(size) + "\r\n" + "x".repeat(size) + "\r\n");
        }
        socket.write("0\r\n\r\n");
    }

    private GatewayException failure(long millis, Consumer<NetSocket> provider) {
        Throwable failure = catchThrowable(() -> get(millis, provider));
        return (GatewayException) failure.getCause().getCause();
    }

    private BoundedGet.Response get(long millis, Consumer<NetSocket> provider) {
        NetServer server = RunningSluice.await(vertx.createNetServer()
                .connectHandler(socket -> {
                    socket.closeHandler(v -> closed.incrementAndGet());
                    socket.handler(bytes -> {
                        request.set(bytes.toString());
                        provider.accept(socket);
                    });
                })
                .listen(0, "127.0.0.1"));
        String yaml = "providers: { up: { type: openai_compatible, base_url: \"http://127.0.0.1:" + server.actualPort()
                + "/v1\" } }\nstore: { enabled: false }\n";
        LoadedConfig.Ok ok = (LoadedConfig.Ok) ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        ProviderSettings settings =
                ProviderSettings.of("up", ok.config().providers().get("up"));
        Promise<BoundedGet.Response> response = Promise.promise();
        vertx.runOnContext(v -> {
            UpstreamClient upstream = new UpstreamClient(
                    vertx,
                    settings,
                    UpstreamClient.PoolShare.of(settings.config().pool(), 0, 1));
            BoundedGet.get(vertx, upstream, "/models?page=2", List.of("x-key", "secret"), millis, LIMIT)
                    .onComplete(response);
        });
        return RunningSluice.await(response.future());
    }
}
