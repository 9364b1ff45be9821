package dev.sluice.http.edge;

import dev.sluice.config.ServerConfig.ClientTimeouts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The open connections of one server instance. Closes those whose first request has not arrived within
 * {@code timeouts.header} or that are idle between requests for longer than {@code timeouts.idle}. An incomplete head
 * counts as idle, so that sending it slowly does not keep a connection open. Closes by force those on which queued
 * bytes have not moved for {@code timeouts.write}.
 *
 * <p>One timer serves all connections. It runs only while connections are open, at most 50 times a second, and reads
 * the limits each time, so that a reload applies to open connections. Confined to the event loop of its server
 * instance, except {@link #open()}.
 */
final class OpenConnections {

    private static final long NO_TIMER = -1;
    private static final long COARSEST_SWEEP_MILLIS = 500;
    private static final long FINEST_SWEEP_MILLIS = 20;

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final Supplier<ClientTimeouts> timeouts;
    private final Set<EdgeConnection> connections = ConcurrentHashMap.newKeySet();
    private final Promise<Void> drained = Promise.promise();
    private long timer = NO_TIMER;
    private boolean draining;
    private boolean closing;

    OpenConnections(Vertx vertx, HttpServerOptions options, Supplier<ClientTimeouts> timeouts) {
        this.vertx = vertx;
        this.options = options;
        this.timeouts = timeouts;
    }

    void opened(HttpConnection accepted) {
        EdgeConnection connection = EdgeConnection.of(accepted, options, this::draining);
        connections.add(connection);
        connection.closed().onComplete(closed -> closed(connection));
        if (timer == NO_TIMER) {
            arm();
        }
    }

    int open() {
        return connections.size();
    }

    boolean draining() {
        return draining;
    }

    /**
     * Closes idle connections at once and the others after their response, which announces it ({@code Connection:
     * close}). Over HTTP/2, GOAWAY announces it, and the connection is closed after its last stream.
     *
     * @return completes when the last connection is closed; the caller limits the wait
     */
    Future<Void> drain() {
        draining = true;
        connections.forEach(EdgeConnection::finish);
        if (connections.isEmpty()) {
            drained.tryComplete();
        }
        return drained.future();
    }

    /** The server closes the connections. Those whose client does not read would stay open without the sweep. */
    void close() {
        closing = true;
        if (connections.isEmpty()) {
            stop();
        }
    }

    private void stop() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void closed(EdgeConnection connection) {
        connections.remove(connection);
        if (connections.isEmpty()) {
            stop();
            if (draining) {
                drained.tryComplete();
            }
        }
    }

    private void arm() {
        ClientTimeouts limits = timeouts.get();
        long shortest = Math.min(
                limits.write().toMillis(),
                Math.min(limits.header().toMillis(), limits.idle().toMillis()));
        long pause = Math.clamp(shortest / 8, FINEST_SWEEP_MILLIS, COARSEST_SWEEP_MILLIS);
        timer = vertx.setTimer(pause, fired -> sweep());
    }

    private void sweep() {
        ClientTimeouts limits = timeouts.get();
        long now = System.nanoTime();
        long writeMillis = limits.write().toMillis();
        long writeNanos = 1_000_000 * (closing ? Math.min(writeMillis, ExchangeObserver.LINGER_MILLIS) : writeMillis);
        for (EdgeConnection connection : connections) {
            if (!connection.closeIfStalled(now, writeNanos)) {
                connection.closeIfIdle(now, limits, draining);
            }
        }
        timer = NO_TIMER;
        if (!connections.isEmpty()) {
            arm();
        }
    }
}
