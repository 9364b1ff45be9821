package dev.sluice.provider.breaker;

import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One time out of service, from the opening until a call proves the provider well or the next opening. At most one call
 * is out during it, be it the probe of the half-open state or a last resort.
 */
final class OpenPeriod {

    /** What happened now. */
    final String reason;
    /** What opened the breaker when it was last closed. */
    final String cause;

    final boolean held;
    final long openedNanos;
    final AtomicReference<ProviderBreaker.Permit> out = new AtomicReference<>();
    /** Of a probe whose caller left before there was an answer: Vert.x lets no second one through. */
    final AtomicReference<Promise<Void>> returned = new AtomicReference<>();
    /** When it is to go half-open. */
    volatile long dueNanos;
    /** It went half-open early because a free call was answered. */
    volatile boolean early;
    /** The one before did, and the probe failed all the same. */
    volatile boolean misled;

    private OpenPeriod(String reason, String cause, boolean held, long openMillis) {
        this.reason = reason;
        this.cause = cause;
        this.held = held;
        this.openedNanos = System.nanoTime();
        this.dueNanos = openedNanos + openMillis * 1_000_000;
    }

    static OpenPeriod byRule(String cause, long openMillis) {
        return new OpenPeriod(cause, cause, false, openMillis);
    }

    /** @param usualMillis what is told of when to come again, which nobody knows */
    static OpenPeriod held(String reason, long usualMillis) {
        return new OpenPeriod(reason, reason, true, usualMillis);
    }

    /** The next one, after a probe that said that nothing is better. */
    OpenPeriod again(String probe, long openMillis) {
        OpenPeriod next = new OpenPeriod(probe + ", after " + cause, cause, false, openMillis);
        next.misled = early || misled;
        return next;
    }
}
