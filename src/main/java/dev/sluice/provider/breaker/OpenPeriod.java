package dev.sluice.provider.breaker;

import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One open period of a breaker: from its opening until a call succeeds or the breaker opens again. At most one call
 * runs during it: the probe of the half-open state, or a last resort.
 */
final class OpenPeriod {

    /** Why this period began. */
    final String reason;
    /** Why the breaker left its closed state. */
    final String cause;

    final boolean held;
    final long openedNanos;
    final AtomicReference<ProviderBreaker.Permit> activeProbe = new AtomicReference<>();
    /**
     * Vert.x's promise of a probe that was cancelled without an outcome. The next probe takes it over, because Vert.x
     * admits one call only.
     */
    final AtomicReference<Promise<Void>> abandonedProbe = new AtomicReference<>();
    /** When the breaker goes half-open. */
    volatile long dueNanos;
    /** A successful health check ended this period early. */
    volatile boolean endedByHealthCheck;
    /** A health check ended an earlier period, but the probe then failed. */
    volatile boolean healthCheckMisled;

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

    /** @param usualMillis the retry delay reported to callers, since the real one is not known */
    static OpenPeriod held(String reason, long usualMillis) {
        return new OpenPeriod(reason, reason, true, usualMillis);
    }

    /** The next period, after a failed probe. */
    OpenPeriod reopened(String probe, long openMillis) {
        OpenPeriod next = new OpenPeriod(probe + ", after " + cause, cause, false, openMillis);
        next.healthCheckMisled = endedByHealthCheck || healthCheckMisled;
        return next;
    }
}
