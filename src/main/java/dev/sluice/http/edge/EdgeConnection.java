package dev.sluice.http.edge;

import dev.sluice.config.ServerConfig.ClientTimeouts;
import dev.sluice.stream.WriteProgress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * One connection of a client: whether it serves a request, the start of its current idle time and the progress of its
 * writes. Confined to the connection's event loop. {@link OpenConnections} decides when it is closed.
 */
abstract sealed class EdgeConnection {

    private static final String DECODER = "httpDecoder";
    /** The idle handler of Vert.x, which {@link ServerSettings} uses until the connection is known. */
    private static final String PREFACE_TIMEOUT = "idle";

    final HttpConnection connection;
    private final WriteProgress writes;
    /** When the connection was accepted or its last exchange ended. */
    long idleSince = System.nanoTime();

    private EdgeConnection(HttpConnection connection, Channel channel) {
        this.connection = connection;
        this.writes = new WriteProgress(channel);
    }

    /**
     * A connection that was just accepted. Adds the strict decoder and the {@link ExchangeObserver} to its pipeline.
     *
     * @param options of its server
     */
    static EdgeConnection of(HttpConnection connection, HttpServerOptions options, BooleanSupplier draining) {
        Channel channel = ((ConnectionBase) connection).channel();
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(PREFACE_TIMEOUT) != null) {
            pipeline.remove(PREFACE_TIMEOUT);
        }
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 != null) {
            return new OverHttp2(connection, channel, http2);
        }
        OverHttp1 http1 = new OverHttp1(connection, channel);
        StrictHttpDecoder decoder = new StrictHttpDecoder(options);
        pipeline.replace(DECODER, DECODER, decoder);
        pipeline.addBefore("handler", "exchanges", new ExchangeObserver(connection, channel, decoder, http1, draining));
        return http1;
    }

    /** Completes when the connection is closed by either side. */
    Future<Void> closed() {
        return ((ConnectionBase) connection).closeFuture();
    }

    /** Whether a request is being served. Called at every sweep. */
    abstract boolean busy(long now);

    /** Whether a request has ever arrived. */
    abstract boolean used();

    /** Closes the connection as soon as no request is being served. */
    abstract void finish();

    /**
     * Closes the connection by force if queued bytes have not moved for too long: a graceful close would wait for them.
     *
     * @return whether it was closed
     */
    boolean closeIfStalled(long now, long limitNanos) {
        if (!writes.stalled(now, limitNanos) && !windowStalled(now, limitNanos)) {
            return false;
        }
        writes.closeByForce();
        return true;
    }

    /** Whether the client has withheld the window of the whole connection for too long. Resets streams without one. */
    boolean windowStalled(long now, long limitNanos) {
        return false;
    }

    /** While draining, a new connection may still send one request; the response states the reason and closes it. */
    void closeIfIdle(long now, ClientTimeouts limits, boolean draining) {
        if (busy(now)) {
            return;
        }
        Duration limit = used() ? limits.idle() : limits.header();
        if (draining && used()) {
            // ExchangeObserver closes it after the refused upload is read; closing earlier could reset the response.
            limit = Duration.ofMillis(ExchangeObserver.LINGER_MILLIS);
        }
        if (now - idleSince > limit.toNanos()) {
            connection.close();
        }
    }

    /** HTTP/1: its {@link ExchangeObserver} reports requests and responses. */
    private static final class OverHttp1 extends EdgeConnection implements ExchangeObserver.Exchanges {

        private int running;
        private boolean used;

        OverHttp1(HttpConnection connection, Channel channel) {
            super(connection, channel);
        }

        @Override
        public void started() {
            used = true;
            running++;
        }

        @Override
        public void ended() {
            running--;
            idleSince = System.nanoTime();
        }

        @Override
        public boolean running() {
            return running > 0;
        }

        @Override
        boolean busy(long now) {
            return running > 0;
        }

        @Override
        boolean used() {
            return used;
        }

        /** Otherwise {@link ExchangeObserver} closes the connection after the response. */
        @Override
        void finish() {
            if (running == 0) {
                connection.close();
            }
        }
    }

    /** HTTP/2: reads the streams that Netty counts. */
    private static final class OverHttp2 extends EdgeConnection {

        private static final long NO_ERROR = 0;

        private final Http2Connection streams;
        private final StreamStalls stalls;
        private int lastSeen;

        OverHttp2(HttpConnection connection, Channel channel, Http2ConnectionHandler http2) {
            super(connection, channel);
            this.streams = http2.connection();
            this.stalls = new StreamStalls(http2, channel.pipeline().context(http2));
        }

        @Override
        boolean windowStalled(long now, long limitNanos) {
            return stalls.check(now, limitNanos);
        }

        @Override
        boolean busy(long now) {
            int last = streams.remote().lastStreamCreated();
            boolean busy = streams.numActiveStreams() > 0;
            if (busy || last != lastSeen) {
                lastSeen = last;
                idleSince = now;
            }
            return busy;
        }

        @Override
        boolean used() {
            return streams.remote().lastStreamCreated() > 0;
        }

        /**
         * Announces the end and leaves the closing to the sweep (RFC 9113, 6.8). Vert.x would name the last stream at
         * once; for a request that crosses this on the wire, Netty would report an error and end all other streams.
         */
        @Override
        void finish() {
            connection.goAway(NO_ERROR, Integer.MAX_VALUE);
        }
    }
}
