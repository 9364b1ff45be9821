package dev.sluice.provider.upstream;

import dev.sluice.config.ProviderConfig;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The permits to use a connection of one provider, with a queue. Shared by the pools of all its event loops without
 * locks: a released permit goes to the request that has waited longest, on its own event loop.
 *
 * <p>A request over HTTP/2 needs a permit only until it is connected, because its connection serves others at once.
 */
public final class ConnectionPermits {

    private static final int MAX_HTTP2_CONNECTIONS = 4;

    private final int max;
    private final int maxQueue;
    private final int loops;
    private final AtomicInteger used = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final Queue<Waiter> queue = new ConcurrentLinkedQueue<>();
    private final List<PooledConnections> pools = new CopyOnWriteArrayList<>();

    /** @param loops the number of event loops that have a pool */
    public ConnectionPermits(ProviderConfig.Pool pool, int loops) {
        this.max = pool.maxConnections();
        this.maxQueue = pool.maxQueue();
        this.loops = loops;
    }

    /** A request that waits for a permit. */
    public final class Waiter {

        private final ContextInternal context;
        private final Runnable acquired;
        private final AtomicInteger settled = new AtomicInteger();

        private Waiter(ContextInternal context, Runnable acquired) {
            this.context = context;
            this.acquired = acquired;
        }

        /** Leaves the queue. False when it has a permit already: its action will run. */
        public boolean cancel() {
            if (!settle()) {
                return false;
            }
            waiting.decrementAndGet();
            queue.remove(this);
            return true;
        }

        private boolean settle() {
            return settled.compareAndSet(0, 1);
        }
    }

    /**
     * Runs an action with a permit, which it must {@link #release}: at once where one is free and no request waits for
     * it, else later on this context.
     *
     * @return the place in the queue, null when the action has run
     * @throws ConnectionPoolTooBusyException if the queue is full
     */
    Waiter acquire(ContextInternal context, Runnable action) {
        if (waiting.get() == 0 && reserve()) {
            action.run();
            return null;
        }
        if (waiting.incrementAndGet() > maxQueue) {
            waiting.decrementAndGet();
            throw new ConnectionPoolTooBusyException("the queue of the connection pool is full: " + maxQueue);
        }
        Waiter waiter = new Waiter(context, action);
        queue.add(waiter);
        resumeWaiters();
        return waiter;
    }

    void release() {
        used.decrementAndGet();
        resumeWaiters();
    }

    int used() {
        return used.get();
    }

    int waiting() {
        return waiting.get();
    }

    private boolean reserve() {
        int now = used.get();
        while (now < max) {
            if (used.compareAndSet(now, now + 1)) {
                return true;
            }
            now = used.get();
        }
        return false;
    }

    /** Runs after each new waiter and after each release, so that one of two concurrent calls sees the other. */
    private void resumeWaiters() {
        while (!queue.isEmpty() && reserve()) {
            Waiter first = queue.poll();
            if (first != null && first.settle()) {
                waiting.decrementAndGet();
                first.context.runOnContext(v -> first.acquired.run());
            } else {
                used.decrementAndGet();
            }
        }
    }

    // The connections themselves

    /** An event loop's part of what is divided: WebSockets. */
    int share() {
        return (max + loops - 1) / loops;
    }

    int maxConnections() {
        return max;
    }

    /** One HTTP/2 connection carries many streams. A few of them limit the effect of a slow one. */
    int http2Connections() {
        return Math.max(1, Math.min(MAX_HTTP2_CONNECTIONS, max / loops));
    }

    void join(PooledConnections pool) {
        pools.add(pool);
    }

    void leave(PooledConnections pool) {
        pools.remove(pool);
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    /** Makes room for a new connection of this pool: an idle one of another event loop is closed. */
    void makeRoom(PooledConnections pool) {
        if (open.get() < max) {
            return;
        }
        for (PooledConnections other : pools) {
            if (other != pool && other.closeIdle()) {
                return;
            }
        }
    }
}
