package dev.sluice.http.edge;

import dev.sluice.config.ServerConfig;
import dev.sluice.config.ServerConfig.AdminConfig;
import dev.sluice.config.ServerConfig.TlsConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.TimeUnit;

/** The limits of a listener. They are not configurable, because a proxy in front and Sluice must agree on them. */
public final class ServerSettings {

    /**
     * All headers of one request together. Proxies allow 8 to 32 KiB; API keys, trace contexts and cookies fit in 16.
     */
    public static final int MAX_HEADER_BYTES = 16 * 1024;

    /** The request line. Model names and query strings are short; 8 KiB is what nginx and Apache allow. */
    public static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    /** Header fields of one request, over HTTP/1 and HTTP/2. SDKs send about 20. */
    public static final int MAX_HEADER_FIELDS = 100;

    private static final int KIB = 1024;

    /** Realtime events carry audio; OpenAI takes up to 15 MiB in one. Frames are relayed one by one. */
    public static final int MAX_SOCKET_FRAME_BYTES = 1024 * KIB;

    public static final int MAX_SOCKET_MESSAGE_BYTES = 16 * 1024 * KIB;

    /** For Vert.x: any free port, shared by all instances. With 0, each instance would use its own. */
    private static final int ANY_PORT_TOGETHER = -1;

    private ServerSettings() {}

    /** The data plane's listener. */
    public static HttpServerOptions dataPlane(ServerConfig config) {
        int port = config.port() == 0 ? ANY_PORT_TOGETHER : config.port();
        HttpServerOptions options = listener(config.host(), port);
        if (config.tls() != null) {
            serveTls(options, config.tls(), config.timeouts().header().toMillis());
        }
        return options;
    }

    /** The admin listener: cleartext, on a loopback address. */
    static HttpServerOptions admin(AdminConfig config) {
        return listener(config.host(), config.port());
    }

    private static HttpServerOptions listener(String host, int port) {
        HttpServerOptions options = new HttpServerOptions();
        options.setHost(host).setPort(port);

        // Tokens are small writes that must leave at once.
        options.setTcpNoDelay(true);
        // A client that vanished without a FIN while a model thinks is found by the kernel.
        options.setTcpKeepAlive(true);
        // A restart may bind while old connections linger in TIME_WAIT ...
        options.setReuseAddress(true);
        // ... but a second process must fail with "port in use". Our own instances share one acceptor without
        // SO_REUSEPORT.
        options.setReusePort(false);
        // A burst of connects waits in the kernel instead of being refused; the kernel caps it with somaxconn.
        options.setAcceptBacklog(4096);

        options.setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES);
        options.setMaxHeaderSize(MAX_HEADER_BYTES);
        // The largest chunk of a body. One socket read is at most 64 KiB, so a larger value would have no effect and
        // a smaller one would create more chunks.
        options.setMaxChunkSize(64 * KIB);
        // The decoder's scratch for one line: an Authorization header fits without growing.
        options.setDecoderInitialBufferSize(256);

        // BodyReader and Spool send 100-continue once the announced length is accepted.
        options.setHandle100ContinueAutomatically(false);
        // Compressing an event stream delays tokens; compressed requests hide their size. Neither is served.
        options.setCompressionSupported(false);
        options.setDecompressionSupported(false);
        // Realtime audio does not compress, and with these the extension handler sits in every pipeline.
        options.setPerFrameWebSocketCompressionSupported(false);
        options.setPerMessageWebSocketCompressionSupported(false);
        options.setMaxWebSocketFrameSize(MAX_SOCKET_FRAME_BYTES).setMaxWebSocketMessageSize(MAX_SOCKET_MESSAGE_BYTES);
        // Offered by OpenAI's SDKs; also chosen if a handshake offers further protocols.
        options.addWebSocketSubProtocol("realtime");
        // No cleartext HTTP/2: "Upgrade: h2c" is a known way past the rules of a proxy in front.
        options.setHttp2ClearTextEnabled(false);
        // The server's idle timeout would cut the silent wait for a first token; OpenConnections knows the difference.
        options.setIdleTimeout(0);
        // A write from another thread is a bug: fail there. Also avoids the cross-thread write queue.
        options.setStrictThreadMode(true);
        return options;
    }

    static PemKeyCertOptions certificate(TlsConfig tls) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(tls.cert().reveal()))
                .addKeyValue(Buffer.buffer(tls.key().reveal()));
    }

    static PemTrustOptions clientCa(TlsConfig tls) {
        return new PemTrustOptions().addCertValue(Buffer.buffer(tls.clientCa().reveal()));
    }

    private static void serveTls(HttpServerOptions options, TlsConfig tls, long handshakeMillis) {
        options.setSsl(true);
        options.setUseAlpn(true);
        options.setKeyCertOptions(certificate(tls));
        if (tls.clientCa() != null) {
            options.setClientAuth(ClientAuth.REQUIRED);
            options.setTrustOptions(clientCa(tls));
        }
        // A client that never finishes its handshake is as slow as one that never finishes its headers.
        options.setSslHandshakeTimeout(handshakeMillis).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        // Vert.x reports an HTTP/2 connection after the client's preface. Until then the server writes its settings and
        // nothing else, so the time since the last write is the client's. EdgeServer removes this limit afterwards.
        options.setWriteIdleTimeout((int) handshakeMillis).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);

        options.setInitialSettings(new Http2Settings()
                // Each stream may hold a body and an upstream request; more parallelism takes another connection.
                .setMaxConcurrentStreams(128)
                .setMaxHeaderListSize(MAX_HEADER_BYTES)
                // What one stream may send unread: a usual prompt in one go.
                .setInitialWindowSize(256 * KIB));
        // What all streams of a connection may send unread together: bounds its memory at 1 MiB, not streams × window.
        options.setHttp2ConnectionWindowSize(KIB * KIB);
        // Rapid reset (CVE-2023-44487). A proxy carries the hang-ups of many clients over one connection, so 100 a
        // second are admitted, which is no more load than as many requests; an attack sends thousands.
        options.setHttp2RstFloodMaxRstFramePerWindow(1_000);
        options.setHttp2RstFloodWindowDuration(10).setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
        // CONTINUATION flood (CVE-2024-27316): tiny frames that never end a header block.
        options.setHttp2MaxSmallContinuationFrames(16);
    }
}
