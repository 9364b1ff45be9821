package dev.sluice.bench.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * An open loop: requests at a constant rate, independent of responses. Latency is measured from the moment a request
 * was due, even if it waited for an idle connection or the event loop was late. A stall of the server therefore delays
 * every request due within it, not only the one in flight (no coordinated omission).
 *
 * <p>Everything runs on one event loop.
 */
// The channel's handlers report failed writes and closed connections.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ConstantRate implements Load, LoadConnection.Schedule {

    private final LoadStats stats = new LoadStats();
    private final EventLoop loop;
    private final LoadConnections connections;
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    private final Deque<Long> overdue = new ArrayDeque<>();
    private final double gapNanos;
    private final long start;
    private long scheduled;

    public ConstantRate(EventLoopGroup loops, Request request, int count, double perSecond) {
        this.loop = loops.next();
        this.gapNanos = 1e9 / perSecond;
        this.connections =
                new LoadConnections(loop, request.port(), stats, () -> new LoadConnection(request, stats, this));
        for (int i = 0; i < count; i++) {
            connections.connect();
        }
        this.start = System.nanoTime();
        loop.execute(this::tick);
    }

    @Override
    public LoadStats stats() {
        return stats;
    }

    @Override
    public int finish(int seconds) {
        return connections.finish(seconds);
    }

    @Override
    public void close() {
        connections.close();
    }

    @Override
    public void idle(LoadConnection connection) {
        Long due = connections.finishing() ? null : overdue.poll();
        if (due == null) {
            idle.push(connection);
        } else {
            connection.send(due);
        }
    }

    @Override
    public void closed(LoadConnection connection) {
        idle.remove(connection);
        connections.connect();
    }

    private void tick() {
        if (connections.finishing()) {
            return;
        }
        long now = System.nanoTime();
        while (due() - now <= 0) {
            LoadConnection connection = idle.poll();
            if (connection == null) {
                overdue.add(due());
            } else {
                connection.send(due());
            }
            scheduled++;
        }
        loop.schedule(this::tick, Math.max(0, due() - now), TimeUnit.NANOSECONDS);
    }

    private long due() {
        return start + (long) (scheduled * gapNanos);
    }
}
