package dev.sluice.http.edge;

import dev.sluice.config.ServerConfig.ClientTimeouts;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** One connection and since when it has been silent. Confined to the connection's event loop. */
abstract sealed class WatchedConnection {

    final HttpConnection connection;
    /** When the connection was accepted or its last exchange ended. */
    long silentSince = System.nanoTime();

    private WatchedConnection(HttpConnection connection) {
        this.connection = connection;
    }

    static WatchedConnection of(HttpConnection connection, BooleanSupplier draining) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 != null) {
            return new OverHttp2(connection, http2.connection());
        }
        OverHttp1 watched = new OverHttp1(connection);
        pipeline.addBefore("handler", "exchanges", new ExchangeObserver(connection, watched, draining));
        return watched;
    }

    /** Completes when the connection is closed, whoever closed it. */
    Future<Void> closed() {
        return ((ConnectionBase) connection).closeFuture();
    }

    /** Whether an exchange is under way. Called at every sweep. */
    abstract boolean busy(long now);

    /** Whether a request has ever arrived. */
    abstract boolean used();

    /** Ends the connection as soon as nothing is lost by it. */
    abstract void finish();

    /**
     * While draining, a newcomer is still heard once: its request learns why, and the connection ends with the answer.
     */
    void closeIfSilent(long now, ClientTimeouts limits, boolean draining) {
        if (busy(now)) {
            return;
        }
        Duration limit = used() ? limits.idle() : limits.header();
        if (draining && used()) {
            // Its tap closes it when the upload that it refused is read; to be quicker would reset the answer away.
            limit = Duration.ofMillis(ExchangeObserver.LINGER_MILLIS);
        }
        if (now - silentSince > limit.toNanos()) {
            connection.close();
        }
    }

    /** Told by its {@link ExchangeObserver}. */
    private static final class OverHttp1 extends WatchedConnection implements ExchangeObserver.Exchanges {

        private int underWay;
        private boolean used;

        OverHttp1(HttpConnection connection) {
            super(connection);
        }

        @Override
        public void started() {
            used = true;
            underWay++;
        }

        @Override
        public void ended() {
            underWay--;
            silentSince = System.nanoTime();
        }

        @Override
        boolean busy(long now) {
            return underWay > 0;
        }

        @Override
        boolean used() {
            return used;
        }

        /** Open exchanges end the connection themselves: their tap sees that the server is draining. */
        @Override
        void finish() {
            if (underWay == 0) {
                connection.close();
            }
        }
    }

    /** Asks Netty, which counts streams anyway. */
    private static final class OverHttp2 extends WatchedConnection {

        private static final long NO_ERROR = 0;

        private final Http2Connection streams;
        private int lastSeen;

        OverHttp2(HttpConnection connection, Http2Connection streams) {
            super(connection);
            this.streams = streams;
        }

        @Override
        boolean busy(long now) {
            int last = streams.remote().lastStreamCreated();
            boolean busy = streams.numActiveStreams() > 0;
            if (busy || last != lastSeen) {
                lastSeen = last;
                silentSince = now;
            }
            return busy;
        }

        @Override
        boolean used() {
            return streams.remote().lastStreamCreated() > 0;
        }

        /**
         * Says that there will be an end, and leaves the closing to the sweep (RFC 9113, 6.8). Vert.x would name the
         * last stream at once; a request that crosses that on the wire is an error to Netty, which then cuts every
         * other stream.
         */
        @Override
        void finish() {
            connection.goAway(NO_ERROR, Integer.MAX_VALUE);
        }
    }
}
