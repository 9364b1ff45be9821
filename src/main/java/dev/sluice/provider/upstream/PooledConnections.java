package dev.sluice.provider.upstream;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP/1 connections of one provider on one event loop, in use or idle. A connection in use has a permit of
 * {@link ConnectionPermits}. HTTP/2 connections are unknown here.
 *
 * <p>Confined to the event loop, except {@link #closeIdle}.
 */
final class PooledConnections {

    private final ContextInternal context;
    private final ConnectionPermits permits;
    private final Map<HttpConnection, Pooled> connections = new HashMap<>();
    private final AtomicInteger idle = new AtomicInteger();

    PooledConnections(ContextInternal context, ConnectionPermits permits) {
        this.context = context;
        this.permits = permits;
        permits.join(this);
    }

    private final class Pooled implements Runnable {

        private boolean inUse;

        /** Its response has been received, or its request was not sent. */
        @Override
        public void run() {
            if (inUse) {
                inUse = false;
                idle.incrementAndGet();
                permits.release();
            }
        }
    }

    /** A connection was opened. Returns the action that frees it for another request. */
    Runnable opened(HttpConnection connection) {
        Pooled pooled = new Pooled();
        connections.put(connection, pooled);
        idle.incrementAndGet();
        permits.opened();
        return pooled;
    }

    void closed(HttpConnection connection) {
        Pooled pooled = connections.remove(connection);
        if (pooled != null) {
            pooled.run();
            idle.decrementAndGet();
            permits.closed();
        }
    }

    /** A request that has a permit was assigned to a connection. Over HTTP/2 others may use the connection, too. */
    void use(HttpConnection connection) {
        Pooled pooled = connections.get(connection);
        if (pooled == null || pooled.inUse) {
            permits.release();
        } else {
            pooled.inUse = true;
            idle.decrementAndGet();
        }
    }

    void free(HttpConnection connection) {
        Pooled pooled = connections.get(connection);
        if (pooled != null) {
            pooled.run();
        }
    }

    /** Called before a request is assigned to a connection: if none is idle here, one may be idle elsewhere. */
    void makeRoom() {
        if (idle.get() == 0) {
            permits.makeRoom(this);
        }
    }

    /** Called on other event loops: closes an idle connection if there is one. */
    boolean closeIdle() {
        if (idle.get() == 0) {
            return false;
        }
        context.runOnContext(v -> {
            for (Map.Entry<HttpConnection, Pooled> pooled : connections.entrySet()) {
                if (!pooled.getValue().inUse && ((HttpClientConnectionInternal) pooled.getKey()).activeStreams() == 0) {
                    pooled.getKey().close();
                    return;
                }
            }
        });
        return true;
    }

    void leave() {
        permits.leave(this);
    }
}
