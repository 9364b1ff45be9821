package dev.sluice.http.edge;

import dev.sluice.binding.ByteSize;
import dev.sluice.config.RequestLimits;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.AdminConfig;
import dev.sluice.config.ServerConfig.ClientTimeouts;
import dev.sluice.config.ServerConfig.TlsConfig;
import dev.sluice.http.body.BodyReader;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.Watchdog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A running edge with a router of three paths: {@code /echo}, {@code /refused} (never reads), {@code /held} (answers on
 * demand).
 */
public final class EdgeFixture implements AutoCloseable {

    final Queue<GatewayError> refusals = new ConcurrentLinkedQueue<>();
    public final Queue<String> routed = new ConcurrentLinkedQueue<>();
    final AtomicReference<ServerConfig> config;

    private final Vertx vertx = Vertx.vertx();
    private final Promise<Void> release = Promise.promise();
    private final FairBudget memory = new FairBudget(1 << 30);
    private EdgeServer server;
    private Context loop;

    public EdgeFixture(ServerConfig config) {
        this.config = new AtomicReference<>(config);
        join(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                loop = Vertx.currentContext();
                server = EdgeServer.create(
                        vertx,
                        ServerSettings.dataPlane(config),
                        EdgeFixture.this.config::get,
                        List.of("/v1/models/"),
                        (request, error, id) -> refusals.add(error),
                        EdgeFixture.this::route);
                return server.listen();
            }
        }));
    }

    static EdgeFixture start() {
        return new EdgeFixture(config(128 * 1024, 10_000, 10_000, 75_000, null));
    }

    public static ServerConfig config(long maxBody, long header, long body, long idle, TlsConfig tls) {
        return new ServerConfig(
                "127.0.0.1",
                0,
                new AdminConfig("127.0.0.1", 0),
                new ByteSize(maxBody),
                new ByteSize(maxBody),
                128,
                new ByteSize(0),
                new ByteSize(0),
                Duration.ofSeconds(5),
                new ClientTimeouts(
                        Duration.ofMillis(header),
                        Duration.ofMillis(body),
                        Duration.ofMinutes(1),
                        Duration.ofMillis(idle)),
                tls,
                false,
                Duration.ofSeconds(15),
                new RequestLimits(0, 0, 0, 0),
                ServerConfig.UnknownPrice.FLAG);
    }

    public EdgeClient connect() throws IOException {
        return new EdgeClient(port());
    }

    int port() {
        return server.port();
    }

    public int open() {
        return server.openConnections();
    }

    Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        loop.runOnContext(now -> server.drain().onComplete(drained));
        return drained.future();
    }

    void release() {
        loop.runOnContext(now -> release.complete());
    }

    @Override
    public void close() {
        join(vertx.close());
    }

    private void route(HttpServerRequest request) {
        routed.add(request.method() + " " + request.uri());
        switch (request.path()) {
            case "/echo" ->
                BodyReader.read(
                                request,
                                config.get().maxBody().bytes(),
                                config.get().timeouts().body().toMillis(),
                                new Watchdog(vertx),
                                () -> memory.lease("caller"))
                        .onSuccess(body -> request.response()
                                .putHeader("x-array", Integer.toString(body.array().length))
                                .end(Buffer.buffer(body.toBytes())))
                        .onFailure(failure -> ErrorResponse.send(
                                request, ((GatewayException) failure).error(), RequestIds.of(request)));
            case "/refused" ->
                ErrorResponse.send(
                        request,
                        GatewayError.of(GatewayError.Kind.AUTHENTICATION, "no \"key\""),
                        RequestIds.of(request));
            case "/held" ->
                release.future().onComplete(now -> request.response().end("released"));
            default -> request.response().end(request.uri());
        }
    }

    private static <T> T join(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
