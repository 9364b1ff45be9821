package dev.sluice.provider.state;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A peak-sensitive moving average: it rises to a higher sample at once and decays towards lower samples, and towards
 * zero, by half in {@link #HALF_LIFE_NANOS}. So a slow target is avoided from its first slow response on, and is tried
 * again some time after its last call. Lock-free.
 */
final class PeakEwma {

    static final long HALF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicReference<Level> level = new AtomicReference<>();

    private record Level(double value, long nanoTime) {

        double at(long now) {
            return value * weight(now);
        }

        /** The weight that a sample of that time has now, from 0 to 1. */
        double weight(long now) {
            return Math.exp(-Math.log(2) * Math.max(0, now - nanoTime) / HALF_LIFE_NANOS);
        }
    }

    /** @param now of {@link System#nanoTime} */
    void sample(double value, long now) {
        while (true) {
            Level before = level.get();
            Level after = before == null ? new Level(value, now) : next(before, value, now);
            if (level.compareAndSet(before, after)) {
                return;
            }
        }
    }

    /** Decayed to this moment; 0 before the first sample. */
    double value(long now) {
        Level last = level.get();
        return last == null ? 0 : last.at(now);
    }

    private static Level next(Level before, double value, long now) {
        double weight = before.weight(now);
        double decayed = before.value * weight;
        if (value >= decayed) {
            return new Level(value, now);
        }
        return new Level(decayed + value * (1 - weight), now);
    }
}
