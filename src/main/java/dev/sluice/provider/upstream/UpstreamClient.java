package dev.sluice.provider.upstream;

import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderConfig.Http2;
import dev.sluice.config.ProviderSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.impl.ClientPhase;
import io.vertx.ext.web.client.impl.WebClientInternal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The HTTP client of one provider on one event loop: a bounded connection pool, shared by the data path and by a
 * {@link WebClient} for health checks. The data path uses the pool directly, because it reads a response from its head,
 * pauses it, and resets it at any time, none of which a {@code WebClient} offers.
 *
 * <p>Confined to the event loop that made it.
 */
public final class UpstreamClient {

    /** Azure's deployment paths contain a name that clients choose. */
    private static final int MAX_TARGETS = 256;

    private static final int MAX_FRAME = 1024 * 1024;
    /** For a provider that does not respond to a close frame, or does not read it. */
    private static final int CLOSING_SECONDS = 2;

    private static final int MAX_HEADER_BYTES = 32 * 1024;
    /** One read of the socket stays one chunk. */
    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final ContextInternal context;
    private final ConnectionPermits permits;
    private final int connectMillis;
    private final long idleMillis;
    private final int maxSockets;
    private final HttpClient http;
    private final String host;
    private final int port;
    private final boolean ssl;
    private final ConnectionReuse reuse;
    /** Created on first use: most providers have no WebSockets. */
    private WebSocketClient sockets;

    private boolean closing;

    private final Map<String, RequestOptions> targets = new HashMap<>();
    /** Connections that have carried no request yet. A failure on any other may be a stale keep-alive. */
    private final Set<HttpConnection> unused = new HashSet<>();

    private final PooledConnections connections;

    /** @param permits shared with the clients of the provider on other event loops */
    public UpstreamClient(Vertx vertx, ProviderSettings settings, ConnectionPermits permits) {
        this.vertx = vertx;
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.permits = permits;
        this.connections = new PooledConnections(context, permits);
        this.connectMillis = (int) settings.config().timeouts().connect().toMillis();
        this.idleMillis = settings.config().timeouts().idle().toMillis();
        this.maxSockets = permits.share();
        this.ssl = settings.tls();
        this.host = settings.host();
        this.port = settings.port();
        this.reuse = new ConnectionReuse(settings.name(), System::nanoTime);
        this.http = vertx.httpClientBuilder()
                .with(options(settings.config()))
                .with(pool())
                .withConnectHandler(this::opened)
                .build();
    }

    /**
     * Runs the action as soon as a connection may be used: at once, or when another request has ended. It must call
     * {@link #request} or {@link #release}.
     *
     * @return the place in the queue, null when the action has run
     * @throws ConnectionPoolTooBusyException if the queue is full
     */
    public ConnectionPermits.Waiter acquire(Runnable action) {
        return permits.acquire(context, action);
    }

    /** For a request that was acquired, and has no connection. */
    public void release() {
        permits.release();
    }

    /** Resets a request that was not written, so that its connection can be used by others. */
    public void discard(HttpClientRequest request) {
        // First: a reset can give the connection to another request at once.
        connections.free(request.connection());
        request.reset();
    }

    /**
     * Opens a request that was acquired. The receiver passes it to {@link #use} and writes or discards it at once, or
     * calls {@link #release} where there is none.
     */
    public Future<HttpClientRequest> request(HttpMethod method, String path) {
        if (method != HttpMethod.POST) {
            return open(target(method, path));
        }
        RequestOptions target = targets.get(path);
        if (target == null) {
            target = target(method, path);
            if (targets.size() < MAX_TARGETS) {
                targets.put(path, target);
            }
        }
        return open(target);
    }

    private Future<HttpClientRequest> open(RequestOptions target) {
        connections.makeRoom();
        try {
            return http.request(target);
        } catch (IllegalStateException closed) {
            return Future.failedFuture(closed);
        }
    }

    /** Passes the permit of a request to its connection, which returns it when it is free again. */
    public void use(HttpClientRequest request) {
        connections.use(request.connection());
    }

    /** Whether this is the connection's first request. Call it once per request. */
    public boolean firstUse(HttpConnection connection) {
        return unused.remove(connection);
    }

    /**
     * Resets a request in any state. On HTTP/1 this closes its connection.
     *
     * @param written whether the whole request was written. If not, the connection is closed at once: a graceful close
     *     waits for the rest to be written, which never ends when the provider has stopped reading
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the outcome of a reset changes nothing
    public static void abort(HttpClientRequest request, boolean written) {
        HttpConnection connection = request.connection();
        request.reset();
        if (!written && request.version() != HttpVersion.HTTP_2) {
            ((ConnectionBase) connection).channelHandlerContext().close();
        }
    }

    /** Opens a WebSocket; fails with {@code UpgradeRejectedException} when the provider refuses. */
    public Future<WebSocket> socket(String path, MultiMap headers, List<String> protocols) {
        if (sockets == null) {
            sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setConnectTimeout(connectMillis)
                    .setMaxFrameSize(MAX_FRAME)
                    .setMaxMessageSize(16 * MAX_FRAME)
                    .setMaxConnections(maxSockets)
                    .setClosingTimeout(CLOSING_SECONDS)
                    .setVerifyHost(true));
        }
        return sockets.connect(new WebSocketConnectOptions()
                        .setHost(host)
                        .setPort(port)
                        .setSsl(ssl)
                        .setURI(path)
                        .setHeaders(headers)
                        .setSubProtocols(protocols)
                        .setTimeout(connectMillis)
                        .setAllowOriginHeader(false))
                .map(this::guarded);
    }

    private WebSocket guarded(WebSocket socket) {
        ChannelHandlerContext own = ((WebSocketInternal) socket).channelHandlerContext();
        own.pipeline()
                .addBefore(
                        own.name(),
                        "guard",
                        new SocketGuard(() -> closing ? Math.min(idleMillis, 1_000 * CLOSING_SECONDS) : idleMillis));
        return socket;
    }

    /**
     * A GET with these headers, to be sent on a connection of the pool when there is one.
     *
     * @param waitMillis after which it leaves the queue of the pool
     */
    public Future<HttpClientRequest> get(String path, List<String> headers, long waitMillis) {
        return withPermit(
                waitMillis,
                opened -> open(target(HttpMethod.GET, path).setConnectTimeout(waitMillis))
                        .onComplete(
                                request -> {
                                    use(request);
                                    control(request);
                                    for (int i = 0; i < headers.size(); i += 2) {
                                        request.putHeader(headers.get(i), headers.get(i + 1));
                                    }
                                    hand(request, opened);
                                },
                                failure -> {
                                    release();
                                    opened.tryFail(failure);
                                }));
    }

    private Future<HttpClientRequest> withPermit(long waitMillis, Consumer<Promise<HttpClientRequest>> action) {
        Promise<HttpClientRequest> opened = context.promise();
        ConnectionPermits.Waiter waiter;
        try {
            waiter = acquire(() -> {
                if (opened.future().isComplete()) {
                    release();
                } else {
                    action.accept(opened);
                }
            });
        } catch (ConnectionPoolTooBusyException full) {
            return Future.failedFuture(full);
        }
        if (waiter != null) {
            long timer = vertx.setTimer(waitMillis, id -> {
                waiter.cancel();
                opened.tryFail(new NoStackTraceTimeoutException(
                        "The timeout of " + waitMillis + " ms has been exceeded when getting a connection"));
            });
            opened.future().onComplete(any -> vertx.cancelTimer(timer));
        }
        return opened.future();
    }

    /** The receiver may have given up, before this or before it writes the request. */
    private void hand(HttpClientRequest request, Promise<HttpClientRequest> opened) {
        request.response().onFailure(lost -> connections.free(request.connection()));
        if (!opened.tryComplete(request)) {
            discard(request);
        }
    }

    /**
     * The same, opened by a {@code WebClient}. Its interceptor takes the request over before it is sent: a
     * {@code WebClient} cannot reset a request, and limits neither the size nor the total time of a response.
     */
    public Future<HttpClientRequest> healthCheck(String path, List<String> headers, long waitMillis) {
        return withPermit(waitMillis, opened -> {
            connections.makeRoom();
            WebClientInternal web = (WebClientInternal) WebClient.wrap(http);
            web.addInterceptor(context -> {
                if (context.phase() == ClientPhase.SEND_REQUEST) {
                    use(context.clientRequest());
                    control(context.clientRequest());
                    hand(context.clientRequest(), opened);
                } else {
                    context.next();
                }
            });
            HttpRequest<Buffer> request = web.request(HttpMethod.GET, port, host, path)
                    .ssl(ssl)
                    .connectTimeout(waitMillis)
                    // A key never follows a redirect to another host.
                    .followRedirects(false);
            for (int i = 0; i < headers.size(); i += 2) {
                request.putHeader(headers.get(i), headers.get(i + 1));
            }
            request.send().onFailure(failure -> {
                // The interceptor was not reached: there is no connection.
                release();
                opened.tryFail(failure);
            });
        });
    }

    /**
     * A connection that was opened for a request of Sluice itself is closed after it: with many providers, most have no
     * other use for it soon.
     */
    private void control(HttpClientRequest request) {
        if (firstUse(request.connection()) && request.version() != HttpVersion.HTTP_2) {
            request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    public Future<Void> close() {
        closing = true;
        connections.leave();
        Future<Void> closed = sockets == null ? Future.succeededFuture() : sockets.close();
        return closed.eventually(http::close);
    }

    private void opened(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        boolean http2 = channel.pipeline().get(Http2ConnectionHandler.class) != null;
        UpstreamCodec.install(
                channel.pipeline(),
                MAX_HEADER_BYTES,
                MAX_CHUNK_BYTES,
                reuse,
                SocketProbe.roundTripNanos(channel),
                http2 ? () -> {} : connections.opened(connection));
        unused.add(connection);
        connection.closeHandler(v -> {
            unused.remove(connection);
            connections.closed(connection);
        });
        // The request on it reports the same failure; without a handler it would be logged as unhandled.
        connection.exceptionHandler(failure -> {});
    }

    private RequestOptions target(HttpMethod method, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(port)
                .setSsl(ssl)
                .setURI(path);
    }

    private HttpClientOptions options(ProviderConfig config) {
        int connectMillis = (int) config.timeouts().connect().toMillis();
        int keepAlive = (int) Math.max(1, config.pool().keepAlive().toSeconds());
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(connectMillis)
                .setSslHandshakeTimeout(connectMillis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(!config.pool().keepAlive().isZero())
                .setKeepAliveTimeout(keepAlive)
                .setHttp2KeepAliveTimeout(keepAlive)
                .setTcpNoDelay(true)
                .setVerifyHost(true)
                // A redirect must not send the API key to another host.
                .setMaxRedirects(0)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_CHUNK_BYTES);
        if (ssl && config.pool().http2() == Http2.AUTO) {
            options.setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
        }
        return options;
    }

    /** Requests wait for a permit, and not in the queue of the pool, which a request cannot leave. */
    private PoolOptions pool() {
        return new PoolOptions()
                .setHttp1MaxSize(permits.maxConnections())
                .setHttp2MaxSize(permits.http2Connections())
                .setMaxWaitQueueSize(-1);
    }
}
