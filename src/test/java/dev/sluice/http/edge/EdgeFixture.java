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
import dev.sluice.model.Strictness;
import dev.sluice.stream.FairBudget;
import dev.sluice.stream.Watchdog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A running edge with a router of five paths: {@code /echo}, {@code /refused} (never reads), {@code /held} (responds on
 * demand), {@code /large}, {@code /socket} (a WebSocket that sends nothing).
 */
public final class EdgeFixture implements AutoCloseable {

    /** More than the buffers of the kernel take. */
    static final int LARGE = 32 << 20;

    final Queue<GatewayError> refusals = new ConcurrentLinkedQueue<>();
    public final Queue<String> routed = new ConcurrentLinkedQueue<>();
    final AtomicReference<ServerConfig> config;

    final Vertx vertx = Vertx.vertx();
    private final Promise<Void> release = Promise.promise();
    private final FairBudget memory = new FairBudget(1 << 30);
    private EdgeServer server;
    private Context loop;
    private final Set<Channel> channels = new HashSet<>();
    private long queued;
    private int inThisTurn;
    private int mostInOneTurn;

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
        return config(maxBody, header, body, idle, 60_000, tls);
    }

    static ServerConfig config(long maxBody, long header, long body, long idle, long write, TlsConfig tls) {
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
                        Duration.ofMillis(idle),
                        Duration.ofHours(1),
                        Duration.ofMillis(write)),
                tls,
                Strictness.OFF,
                Duration.ofSeconds(15),
                new RequestLimits(0, 0, 0, 0),
                ServerConfig.UnknownPrice.FLAG,
                null,
                new ServerConfig.StoredResponses(new ByteSize(0), Duration.ZERO));
    }

    public EdgeClient connect() throws IOException {
        return new EdgeClient(port());
    }

    int port() {
        return server.port();
    }

    EdgeServer server() {
        return server;
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

    /** The bytes that wait for the client, at the connection where most do; as of now, and ever seen. */
    long mostQueued() {
        Promise<Long> most = Promise.promise();
        loop.runOnContext(now -> {
            for (Channel channel : channels) {
                ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
                queued = Math.max(queued, buffer == null ? 0 : buffer.totalPendingWriteBytes());
            }
            most.complete(queued);
        });
        return join(most.future());
    }

    /** Begins to count the requests between two turns of the event loop. */
    void countTurns() {
        ((ContextInternal) loop).nettyEventLoop().execute(this::nextTurn);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Until the event loop ends.
    private void nextTurn() {
        inThisTurn = 0;
        var unused = ((ContextInternal) loop).nettyEventLoop().schedule(this::nextTurn, 0, TimeUnit.NANOSECONDS);
    }

    int mostInOneTurn() {
        Promise<Integer> most = Promise.promise();
        loop.runOnContext(now -> most.complete(mostInOneTurn));
        return join(most.future());
    }

    private void route(HttpServerRequest request) {
        mostInOneTurn = Math.max(mostInOneTurn, ++inThisTurn);
        channels.add(((ConnectionBase) request.connection()).channel());
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
            case "/large" -> request.response().end(Buffer.buffer(new byte[LARGE]));
            case "/socket" -> request.toWebSocket();
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
