package dev.sluice.http.edge;

import dev.sluice.config.ServerConfig.ClientTimeouts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Knows the open connections of one server instance and closes those that have nothing to say: whose first request has
 * not arrived within {@code timeouts.header}, or that stand idle between requests for longer than
 * {@code timeouts.idle}. Half a head counts as idle, so a slow client gains nothing by dripping it.
 *
 * <p>One timer for all: it runs only while connections are open, at most twice a second, and reads its limits anew each
 * time, so a reload applies to open connections. Confined to the event loop of its server instance, but for
 * {@link #open()}.
 */
final class ConnectionWatch {

    private static final long NO_TIMER = -1;
    private static final long COARSEST_SWEEP_MILLIS = 500;
    private static final long FINEST_SWEEP_MILLIS = 20;

    private final Vertx vertx;
    private final Supplier<ClientTimeouts> timeouts;
    private final Set<WatchedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Promise<Void> drained = Promise.promise();
    private long timer = NO_TIMER;
    private boolean draining;

    ConnectionWatch(Vertx vertx, Supplier<ClientTimeouts> timeouts) {
        this.vertx = vertx;
        this.timeouts = timeouts;
    }

    void opened(HttpConnection connection) {
        WatchedConnection watched = WatchedConnection.of(connection, this::draining);
        connections.add(watched);
        watched.closed().onComplete(closed -> gone(watched));
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
     * Closes idle connections now and each other one after its response, which announces it ({@code Connection: close},
     * or GOAWAY over HTTP/2, where streams get {@code limit} to end).
     *
     * @return completes when the last connection is closed; bounding the wait is the caller's
     */
    Future<Void> drain(Duration limit) {
        draining = true;
        connections.forEach(watched -> watched.finish(limit));
        if (connections.isEmpty()) {
            drained.tryComplete();
        }
        return drained.future();
    }

    /** Stops the timer. Closing the connections is the server's. */
    void close() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void gone(WatchedConnection watched) {
        connections.remove(watched);
        if (connections.isEmpty()) {
            close();
            if (draining) {
                drained.tryComplete();
            }
        }
    }

    private void arm() {
        ClientTimeouts limits = timeouts.get();
        long shortest = Math.min(limits.header().toMillis(), limits.idle().toMillis());
        long pause = Math.clamp(shortest / 8, FINEST_SWEEP_MILLIS, COARSEST_SWEEP_MILLIS);
        timer = vertx.setTimer(pause, fired -> sweep());
    }

    private void sweep() {
        ClientTimeouts limits = timeouts.get();
        long now = System.nanoTime();
        for (WatchedConnection watched : connections) {
            watched.closeIfSilent(now, limits, draining);
        }
        timer = NO_TIMER;
        if (!connections.isEmpty()) {
            arm();
        }
    }
}
