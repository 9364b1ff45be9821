package dev.sluice.bench.load;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;

/** A closed loop: each connection sends its next request when its response is complete. */
// The channel's handlers report failed writes and closed connections.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ClosedLoop implements Load, LoadConnection.Schedule {

    private final LoadStats stats = new LoadStats();
    private final LoadConnections connections;

    /**
     * @param rampMillis time over which the connections are opened evenly, so that streams do not send their events in
     *     step
     */
    public ClosedLoop(EventLoopGroup loops, Request request, int count, long rampMillis) {
        this.connections =
                new LoadConnections(loops, request.port(), stats, () -> new LoadConnection(request, stats, this));
        for (int i = 0; i < count; i++) {
            loops.schedule(connections::connect, rampMillis * 1000 * i / count, TimeUnit.MICROSECONDS);
        }
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
        if (!connections.finishing()) {
            connection.send(System.nanoTime());
        }
    }

    @Override
    public void closed(LoadConnection connection) {
        connections.connect();
    }
}
