package dev.sluice.stream;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;

/**
 * The timeouts of one event loop. One periodic tick checks every {@link Watch}, instead of a timer that is set and
 * cancelled several times per request: a timeout fires at most one tick late and costs nothing until then.
 *
 * <p>Confined to the event loop that made it.
 */
public final class Watchdog implements AutoCloseable {

    /** Milliseconds between two checks: the resolution of these timeouts. */
    public static final long TICK_MILLIS = 20;

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final LongSupplier nanoClock;
    private final Watch head = new Watch(null);
    private long timer = NO_TIMER;
    private boolean closed;

    public Watchdog(Vertx vertx) {
        this(vertx, System::nanoTime);
    }

    Watchdog(Vertx vertx, LongSupplier nanoClock) {
        this.vertx = vertx;
        this.nanoClock = nanoClock;
        head.next = head;
        head.previous = head;
    }

    /** Called once when a limit has expired; the watch is released by then. */
    public interface TimeoutListener {
        void timedOut(TimeLimit limit);
    }

    /** Starts a watch that has no limit yet. */
    public Watch watch(TimeoutListener listener) {
        Watch watch = new Watch(listener);
        watch.previous = head.previous;
        watch.next = head;
        head.previous.next = watch;
        head.previous = watch;
        if (timer == NO_TIMER && !closed) {
            timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
        }
        return watch;
    }

    void tick() {
        long now = nanoClock.getAsLong();
        Watch watch = head.next;
        while (watch != head) {
            Watch next = watch.next;
            if (watch.limit != null && now - watch.due >= 0) {
                TimeLimit limit = watch.limit;
                watch.release();
                watch.listener.timedOut(limit);
            }
            // The listener may have released the next watch, which then has no successor: the remaining watches are
            // checked at the next tick.
            watch = next.next == null ? head : next;
        }
        if (head.next == head) {
            stopTimer();
        }
    }

    @Override
    public void close() {
        closed = true;
        stopTimer();
    }

    /** An idle watchdog has no timer: an event loop with many providers would wake up for each of them. */
    private void stopTimer() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    /** The limits of one request: at most one for its present phase and one overall. */
    public final class Watch {

        private final TimeoutListener listener;
        private Watch previous;
        private Watch next;
        private TimeLimit limit;
        private long due;
        private TimeLimit overallLimit;
        private long overallDue;

        private Watch(TimeoutListener listener) {
            this.listener = listener;
        }

        /** Sets the limit that no phase extends. */
        public Watch overall(TimeLimit overall, long nanoTime) {
            overallLimit = overall;
            overallDue = nanoTime;
            limit = overall;
            due = nanoTime;
            return this;
        }

        /** Limits the phase that begins now; replaces the limit of the phase before. */
        public void phase(TimeLimit phase, long millis) {
            long phaseDue = nanoClock.getAsLong() + millis * 1_000_000;
            if (overallLimit != null && overallDue - phaseDue <= 0) {
                limit = overallLimit;
                due = overallDue;
            } else {
                limit = phase;
                due = phaseDue;
            }
        }

        /** Suspends the phase limit, as while a slow client makes the provider wait. The overall limit stays. */
        public void pause() {
            limit = overallLimit;
            due = overallDue;
        }

        public void release() {
            if (next != null) {
                previous.next = next;
                next.previous = previous;
                next = null;
                previous = null;
            }
        }
    }
}
