package dev.sluice.stream;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;

/**
 * Ends what takes too long. One periodic tick per event loop looks at every watched exchange, instead of a timer armed
 * and cancelled several times for each: a timeout fires at most one tick late and costs nothing until then.
 *
 * <p>Confined to the event loop that made it.
 */
public final class Watchdog implements AutoCloseable {

    /** Milliseconds between two looks: the resolution of every timeout in Sluice. */
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

    /** Called once when the time is over; the watch is released by then. */
    public interface Bite {
        void timedOut(String limit);
    }

    /** Watches something that has no limit yet. */
    public Watch watch(Bite bite) {
        Watch watch = new Watch(bite);
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
                String limit = watch.limit;
                watch.release();
                watch.bite.timedOut(limit);
            }
            // A bite may have released its neighbour, which then points nowhere: the rest waits for the next tick.
            watch = next.next == null ? head : next;
        }
        if (head.next == head) {
            rest();
        }
    }

    @Override
    public void close() {
        closed = true;
        rest();
    }

    /** While nothing is watched there is no timer: a loop with many providers would wake for each of them. */
    private void rest() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    /** One watched exchange. Holds at most two limits: the nearest of a phase and the overall one. */
    public final class Watch {

        private final Bite bite;
        private Watch previous;
        private Watch next;
        private String limit;
        private long due;
        private String overallLimit;
        private long overallDue;

        private Watch(Bite bite) {
            this.bite = bite;
        }

        /** The limit that no later phase extends. */
        public Watch overall(String name, long nanoTime) {
            overallLimit = name;
            overallDue = nanoTime;
            limit = name;
            due = nanoTime;
            return this;
        }

        /** The present phase ends, at the latest, in so many milliseconds; replaces the limit of the phase before. */
        public void phase(String name, long millis) {
            long phaseDue = nanoClock.getAsLong() + millis * 1_000_000;
            if (overallLimit != null && overallDue - phaseDue <= 0) {
                limit = overallLimit;
                due = overallDue;
            } else {
                limit = name;
                due = phaseDue;
            }
        }

        /** Only the overall limit holds, as while a slow reader keeps us waiting. */
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
