package dev.sluice.http.exchange;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The heartbeat that keeps idle streams open through load balancers: it writes to a stream that was silent for the
 * configured interval. One periodic timer of the event loop checks all streams, instead of a timer for each. A
 * heartbeat is up to a quarter of the interval late. Confined to its event loop.
 */
public final class Heartbeat {

    private static final long MIN_TICK_MILLIS = 20;
    private static final long MAX_TICK_MILLIS = 1_000;
    private static final int CHECKS_PER_INTERVAL = 4;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final LongSupplier intervalMillis;
    private final Set<IdleStream> streams = new HashSet<>();
    private long timer = NO_TIMER;

    /** A stream that may become silent. */
    interface IdleStream {

        /**
         * Writes a heartbeat if the stream was silent for the interval.
         *
         * @param sinceMillis time since the previous check
         */
        void check(long sinceMillis, long intervalMillis);
    }

    /** @param intervalMillis the longest silence; 0 disables heartbeats */
    public Heartbeat(Vertx vertx, LongSupplier intervalMillis) {
        this.vertx = vertx;
        this.intervalMillis = intervalMillis;
    }

    void watch(IdleStream stream) {
        long interval = intervalMillis.getAsLong();
        if (interval > 0 && streams.add(stream) && timer == NO_TIMER) {
            long tick = Math.max(MIN_TICK_MILLIS, Math.min(MAX_TICK_MILLIS, interval / CHECKS_PER_INTERVAL));
            timer = vertx.setPeriodic(tick, id -> tick(tick));
        }
    }

    void unwatch(IdleStream stream) {
        streams.remove(stream);
    }

    private void tick(long tick) {
        if (streams.isEmpty()) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
            return;
        }
        long interval = intervalMillis.getAsLong();
        if (interval > 0) {
            List.copyOf(streams).forEach(stream -> check(stream, tick, interval));
        }
    }

    /** One stream that fails must not take the heartbeat from the others. */
    private void check(IdleStream stream, long tick, long interval) {
        try {
            stream.check(tick, interval);
        } catch (RuntimeException bug) {
            streams.remove(stream);
            ContextInternal.current().reportException(bug);
        }
    }
}
