package dev.sluice.observe;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** The measurement of event loop lag: how late a timer fires, which is how long other tasks of the loop wait, too. */
final class EventLoopLag {

    private static final long INTERVAL_MILLIS = 500;

    private EventLoopLag() {}

    static void watch(Vertx vertx, Timer lag) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
        // Not a periodic timer: that fires early after it was late, and hides half of the lag.
        vertx.setTimer(INTERVAL_MILLIS, id -> {
            lag.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
            watch(vertx, lag);
        });
    }
}
