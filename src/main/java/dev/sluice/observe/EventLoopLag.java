package dev.sluice.observe;

import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Measures how late a timer of the calling event loop fires: what anything else queued there has to wait, too. */
final class EventLoopLag {

    private static final long INTERVAL_MILLIS = 500;

    private EventLoopLag() {}

    static void watch(Vertx vertx, Timer lag) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
        // A timer after the other, not a periodic one: that would fire early after it was late, and hide half of the
        // lag.
        vertx.setTimer(INTERVAL_MILLIS, id -> {
            lag.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
            watch(vertx, lag);
        });
    }
}
