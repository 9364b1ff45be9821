package dev.sluice.bench.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A model server with limited capacity. Up to {@link #CAPACITY} concurrent streams run at full speed; more of them
 * share that capacity equally. At full speed the first token takes {@link #FIRST_TOKEN_MILLIS}, and the remaining
 * events as long again. A disconnected client is noticed at its next event, as at a real provider.
 */
public final class SharedCapacity {

    /** The number of concurrent streams that run at full speed. */
    public static final int CAPACITY = 40;

    /** Time to the first token at full speed; a complete response takes twice as long. */
    public static final int FIRST_TOKEN_MILLIS = 200;

    /** The maximum throughput in responses per second, at any load. */
    public static final double RESPONSES_PER_SECOND = CAPACITY * 1000.0 / (2 * FIRST_TOKEN_MILLIS);

    private final EventLoop loop;
    private final Deque<PendingStep> beforeFirstToken = new ArrayDeque<>();
    private final Deque<PendingStep> generating = new ArrayDeque<>();
    private boolean ticking;
    /** Milliseconds of work done since the start for a stream that was open all the time. */
    private double workMillis;

    private long lastNanos;

    /** @param due the value of {@link #workMillis} at which the next step is done */
    private record PendingStep(ResponseStream stream, double due) {}

    SharedCapacity(EventLoop loop) {
        this.loop = loop;
    }

    void add(ResponseStream stream) {
        beforeFirstToken.add(new PendingStep(stream, workMillis + FIRST_TOKEN_MILLIS));
        if (!ticking) {
            ticking = true;
            lastNanos = System.nanoTime();
            loop.schedule(this::tick, 1, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        int open = beforeFirstToken.size() + generating.size();
        workMillis += (now - lastNanos) / 1e6 * Math.min(1, (double) CAPACITY / open);
        lastNanos = now;
        while (!beforeFirstToken.isEmpty() && beforeFirstToken.peek().due <= workMillis) {
            PendingStep step = beforeFirstToken.poll();
            if (step.stream.sendNext()) {
                generating.add(new PendingStep(step.stream, step.due + FIRST_TOKEN_MILLIS));
            }
        }
        while (!generating.isEmpty() && generating.peek().due <= workMillis) {
            generating.poll().stream.sendRemaining();
        }
        ticking = !beforeFirstToken.isEmpty() || !generating.isEmpty();
        if (ticking) {
            loop.schedule(this::tick, 1, TimeUnit.MILLISECONDS);
        }
    }
}
