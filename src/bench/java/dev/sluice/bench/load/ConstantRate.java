package dev.sluice.bench.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Requests at a constant rate, whether or not answers come. Each latency counts from the moment the request was due,
 * also when it had to wait for a free connection, or the event loop came late: a stall of the server is paid by every
 * request that was due in it, not only by the one that met it. That is the correction of coordinated omission, at its
 * source.
 *
 * <p>Everything runs on one event loop.
 */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ConstantRate implements Load, Caller.Rhythm {

    private final Tally tally = new Tally();
    private final EventLoop loop;
    private final Callers callers;
    private final Deque<Caller> free = new ArrayDeque<>();
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final double gapNanos;
    private final long start;
    private long made;

    public ConstantRate(EventLoopGroup loops, Request request, int connections, double perSecond) {
        this.loop = loops.next();
        this.gapNanos = 1e9 / perSecond;
        this.callers = new Callers(loop, request.port(), tally, () -> new Caller(request, tally, this));
        for (int i = 0; i < connections; i++) {
            callers.connect();
        }
        this.start = System.nanoTime();
        loop.execute(this::tick);
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public int finish(int seconds) {
        return callers.finish(seconds);
    }

    @Override
    public void close() {
        callers.close();
    }

    @Override
    public void free(Caller caller) {
        Long due = callers.finishing() ? null : waiting.poll();
        if (due == null) {
            free.push(caller);
        } else {
            caller.ask(due);
        }
    }

    @Override
    public void lost(Caller caller) {
        free.remove(caller);
        callers.connect();
    }

    private void tick() {
        if (callers.finishing()) {
            return;
        }
        long now = System.nanoTime();
        while (due() - now <= 0) {
            Caller caller = free.poll();
            if (caller == null) {
                waiting.add(due());
            } else {
                caller.ask(due());
            }
            made++;
        }
        loop.schedule(this::tick, Math.max(0, due() - now), TimeUnit.NANOSECONDS);
    }

    private long due() {
        return start + (long) (made * gapNanos);
    }
}
