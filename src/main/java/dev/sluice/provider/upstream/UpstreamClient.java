package dev.sluice.provider.upstream;

import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderConfig.Http2;
import dev.sluice.config.ProviderSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

    /** @param share this event loop's part of the provider's pool */
    public UpstreamClient(Vertx vertx, ProviderSettings settings, PoolShare share) {
        this.vertx = vertx;
        this.connectMillis = (int) settings.config().timeouts().connect().toMillis();
        this.idleMillis = settings.config().timeouts().idle().toMillis();
        this.maxSockets = share.connections();
        this.ssl = settings.tls();
        this.host = settings.host();
        this.port = settings.port();
        this.reuse = new ConnectionReuse(settings.name(), System::nanoTime);
        this.http = vertx.httpClientBuilder()
                .with(options(settings.config()))
                .with(pool(share))
                .withConnectHandler(this::opened)
                .build();
    }

    /** This event loop's part of a pool that is configured for the whole process. */
    public record PoolShare(int connections, int queue) {

        public static PoolShare of(ProviderConfig.Pool pool, int instance, int instances) {
            return new PoolShare(
                    part(pool.maxConnections(), instance, instances), part(pool.maxQueue(), instance, instances));
        }

        private static int part(int total, int instance, int instances) {
            return total / instances + (instance < total % instances ? 1 : 0);
        }
    }

    /**
     * Opens a request on a connection of the pool, as soon as one is available. Fails at once when the pool's queue is
     * full.
     */
    public Future<HttpClientRequest> request(HttpMethod method, String path) {
        if (method != HttpMethod.POST) {
            return http.request(target(method, path));
        }
        RequestOptions target = targets.get(path);
        if (target == null) {
            target = target(method, path);
            if (targets.size() < MAX_TARGETS) {
                targets.put(path, target);
            }
        }
        return http.request(target);
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
        return http.request(target(HttpMethod.GET, path).setConnectTimeout(waitMillis))
                .map(opened -> {
                    control(opened);
                    for (int i = 0; i < headers.size(); i += 2) {
                        opened.putHeader(headers.get(i), headers.get(i + 1));
                    }
                    return opened;
                });
    }

    /**
     * The same, opened by a {@code WebClient}. Its interceptor takes the request over before it is sent: a
     * {@code WebClient} cannot reset a request, and limits neither the size nor the total time of a response.
     */
    public Future<HttpClientRequest> healthCheck(String path, List<String> headers, long waitMillis) {
        Promise<HttpClientRequest> opened = Promise.promise();
        WebClientInternal web = (WebClientInternal) WebClient.wrap(http);
        web.addInterceptor(context -> {
            if (context.phase() == ClientPhase.SEND_REQUEST) {
                control(context.clientRequest());
                opened.complete(context.clientRequest());
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
        request.send().onFailure(opened::tryFail);
        return opened.future();
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
        Future<Void> closed = sockets == null ? Future.succeededFuture() : sockets.close();
        return closed.eventually(http::close);
    }

    private void opened(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        UpstreamCodec.install(
                channel.pipeline(), MAX_HEADER_BYTES, MAX_CHUNK_BYTES, reuse, SocketProbe.roundTripNanos(channel));
        unused.add(connection);
        connection.closeHandler(v -> unused.remove(connection));
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

    private PoolOptions pool(PoolShare share) {
        return new PoolOptions()
                .setHttp1MaxSize(share.connections())
                // One HTTP/2 connection carries many streams. A few of them limit the effect of a slow one.
                .setHttp2MaxSize(Math.max(1, Math.min(4, share.connections())))
                .setMaxWaitQueueSize(share.queue());
    }
}
