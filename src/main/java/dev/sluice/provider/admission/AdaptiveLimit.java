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
 * <p>Streams and whole responses have a gradient each, because their times are not comparable: one is the time to the
 * first token, the other grows with the length of the response, and a change of their mix would look like a change of
 * the load. The lower limit holds; a kind without recent requests does not count.
 *
 * <p>Above them there is a ceiling as in AIMD, for two things that Gradient2 misses. It ignores drops: a throttled or
 * timed-out attempt lowers the ceiling. And its long average adapts to a lasting overload, so that its limit grows
 * without end (simulated: from 20 to 65 in five minutes): responses much slower than the {@link LatencyBaseline} lower
 * the ceiling too. It decreases to nine tenths of the running attempts, once for all that ran together, and increases
 * by one for each round of responses.
 */
final class AdaptiveLimit implements ConcurrencyLimit {

    private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * Seconds that the long average covers: for this time a provider that has become slower for good is limited too
     * low.
     */
    private static final int LONG_WINDOWS = 120;

    private static final double BACKOFF = 0.9;

    private final int min;
    private final int max;
    private final Kind streams;
    private final Kind wholes;
    private final AtomicInteger ceiling;
    private final AtomicInteger sinceRaised = new AtomicInteger();
    private final AtomicLong droppedNanos = new AtomicLong();
    private final AtomicBoolean everDropped = new AtomicBoolean();
    private volatile int limit;

    /** @param fixed upper bound; 0: none */
    AdaptiveLimit(Concurrency settings, int fixed) {
        this.max = fixed == 0 ? settings.max() : Math.min(fixed, settings.max());
        this.min = Math.min(settings.min(), max);
        int initial = Math.max(min, Math.min(max, settings.initial()));
        this.streams = new Kind(gradient(initial, 1.5), new LatencyBaseline(1.4));
        // The times of whole responses vary more than those of first tokens.
        this.wholes = new Kind(gradient(initial, 2.0), new LatencyBaseline(2.0));
        this.ceiling = new AtomicInteger(max);
        this.limit = initial;
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public void responseReceived(boolean whole, long beganNanos, long tookNanos, int running) {
        if ((whole ? wholes : streams).sample(beganNanos, tookNanos, running, limit)) {
            dropped(beganNanos, beganNanos + tookNanos, running);
        }
        int top = ceiling.get();
        if (top < max && 2 * running >= top && sinceRaised.incrementAndGet() >= top) {
            sinceRaised.set(0);
            ceiling.compareAndSet(top, top + 1);
        }
        settle(beganNanos + tookNanos);
    }

    @Override
    public void dropped(long beganNanos, long nowNanos, int running) {
        long last = droppedNanos.get();
        // Attempts that ran when the ceiling was lowered were started under the old one.
        boolean fresh = !everDropped.getAndSet(true) || beganNanos - last > 0;
        if (fresh && droppedNanos.compareAndSet(last, nowNanos)) {
            ceiling.set(Math.max(min, (int) (Math.min(running, ceiling.get()) * BACKOFF)));
            sinceRaised.set(0);
            settle(nowNanos);
        }
    }

    private void settle(long now) {
        int streamed = streams.limit(now);
        int whole = wholes.limit(now);
        int found = streamed == 0 || whole == 0 ? Math.max(streamed, whole) : Math.min(streamed, whole);
        int bounded = Math.min(found == 0 ? limit : found, ceiling.get());
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
        /** The gradient has a lock. A thread that finds it taken drops its sample, which does not matter. */
        private final AtomicBoolean busy = new AtomicBoolean();

        private volatile boolean fed;
        private volatile long fedNanos;

        Kind(Limit gradient, LatencyBaseline baseline) {
            this.gradient = gradient;
            this.baseline = baseline;
        }

        /** Whether the provider is overloaded. */
        boolean sample(long beganNanos, long tookNanos, int running, int limit) {
            if (tookNanos <= 0 || !busy.compareAndSet(false, true)) {
                return false;
            }
            gradient.onSample(beganNanos, tookNanos, running, false);
            boolean overloaded = baseline.isOverloaded(beganNanos + tookNanos, tookNanos, running, limit);
            busy.set(false);
            fedNanos = beganNanos + tookNanos;
            fed = true;
            return overloaded;
        }

        /** 0 without recent samples. */
        int limit(long now) {
            return fed && now - fedNanos < FORGOTTEN_NANOS ? gradient.getLimit() : 0;
        }
    }
}
