package dev.sluice.provider.admission;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import dev.sluice.config.ProviderConfig.Concurrency;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An adaptive concurrency limit: Netflix's Gradient2, which compares the time to the first token of this second with
 * that of the last minutes and decreases when it rises.
 *
 * <p>Streams and complete responses have separate gradients, because their times are not comparable: one is the time to
 * the first token, the other grows with the length of the response, and a change of their mix would look like a change
 * of the load. The lower of the two limits applies; a kind of response without recent samples is ignored.
 *
 * <p>A ceiling as in AIMD covers two cases that Gradient2 misses. Gradient2 ignores drops: here a throttled or
 * timed-out attempt lowers the ceiling. And its long average adapts to a lasting overload, so that its limit grows
 * without bound (simulated: from 20 to 65 in five minutes): responses much slower than the {@link LatencyBaseline}
 * lower the ceiling, too. The ceiling decreases to nine tenths of the running attempts, once for all that ran at the
 * same time, and increases by one for each round of responses.
 */
final class AdaptiveLimit implements ConcurrencyLimit {

    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * Seconds that the long average covers. The limit of a provider that has become slower for good is too low for this
     * time.
     */
    private static final int LONG_WINDOWS = 120;

    private static final double BACKOFF = 0.9;

    private final int min;
    private final int max;
    private final Kind streamed;
    private final Kind complete;
    private final AtomicInteger ceiling;
    private final AtomicInteger sinceRaised = new AtomicInteger();
    private final AtomicLong droppedNanos = new AtomicLong();
    private final AtomicBoolean everDropped = new AtomicBoolean();
    private volatile int limit;

    /** @param fixed upper bound; 0 for none */
    AdaptiveLimit(Concurrency settings, int fixed) {
        this.max = fixed == 0 ? settings.max() : Math.min(fixed, settings.max());
        this.min = Math.min(settings.min(), max);
        int initial = Math.max(min, Math.min(max, settings.initial()));
        this.streamed = new Kind(gradient(initial, 1.5), new LatencyBaseline(1.4));
        // The times of complete responses vary more than those of first tokens.
        this.complete = new Kind(gradient(initial, 2.0), new LatencyBaseline(2.0));
        this.ceiling = new AtomicInteger(max);
        this.limit = initial;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public void responseReceived(boolean unary, long startNanos, long durationNanos, int running) {
        if ((unary ? complete : streamed).sample(startNanos, durationNanos, running, limit)) {
            dropped(startNanos, startNanos + durationNanos, running);
        }
        int top = ceiling.get();
        if (top < max && 2 * running >= top && sinceRaised.incrementAndGet() >= top) {
            sinceRaised.set(0);
            ceiling.compareAndSet(top, top + 1);
        }
        settle(startNanos + durationNanos);
    }

    @Override
    public void dropped(long startNanos, long nowNanos, int running) {
        long last = droppedNanos.get();
        // Attempts that ran when the ceiling was lowered were started under the old one.
        boolean startedSince = !everDropped.getAndSet(true) || startNanos - last > 0;
        if (startedSince && droppedNanos.compareAndSet(last, nowNanos)) {
            ceiling.set(Math.max(min, (int) (Math.min(running, ceiling.get()) * BACKOFF)));
            sinceRaised.set(0);
            settle(nowNanos);
        }
    }

    private void settle(long now) {
        int streamLimit = streamed.limit(now);
        int completeLimit = complete.limit(now);
        int measured = streamLimit == 0 || completeLimit == 0
                ? Math.max(streamLimit, completeLimit)
                : Math.min(streamLimit, completeLimit);
        int bounded = Math.min(measured == 0 ? limit : measured, ceiling.get());
        limit = Math.max(min, Math.min(max, bounded));
    }

    private Limit gradient(int initial, double tolerance) {
        return WindowedLimit.newBuilder()
                .minWindowTime(1, TimeUnit.SECONDS)
                .maxWindowTime(1, TimeUnit.SECONDS)
                .windowSize(10)
                .build(Gradient2Limit.newBuilder()
                        .initialLimit(initial)
                        .minLimit(min)
                        .maxConcurrency(max)
                        .rttTolerance(tolerance)
                        .longWindow(LONG_WINDOWS)
                        .build());
    }

    /** The gradient of one kind of response. */
    private static final class Kind {

        private final Limit gradient;
        private final LatencyBaseline baseline;
        /** The gradient has a lock. A thread that finds it busy drops its sample, which is harmless. */
        private final AtomicBoolean busy = new AtomicBoolean();

        private volatile boolean sampled;
        private volatile long sampledNanos;

        Kind(Limit gradient, LatencyBaseline baseline) {
            this.gradient = gradient;
            this.baseline = baseline;
        }

        /** Whether the provider is overloaded. */
        boolean sample(long startNanos, long durationNanos, int running, int limit) {
            if (durationNanos <= 0 || !busy.compareAndSet(false, true)) {
                return false;
            }
            gradient.onSample(startNanos, durationNanos, running, false);
            boolean overloaded = baseline.isOverloaded(startNanos + durationNanos, durationNanos, running, limit);
            busy.set(false);
            sampledNanos = startNanos + durationNanos;
            sampled = true;
            return overloaded;
        }

        /** 0 without recent samples. */
        int limit(long now) {
            return sampled && now - sampledNanos < FORGOTTEN_NANOS ? gradient.getLimit() : 0;
        }
    }
}
