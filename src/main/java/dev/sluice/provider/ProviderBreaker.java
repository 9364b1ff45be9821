package dev.sluice.provider;

import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.observe.Metrics;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Decides whether a provider may be asked. A sliding window of outcomes drives a Vert.x {@link CircuitBreaker}, whose
 * own failure counter would be reset by any success. Closed, calls run beside the Vert.x breaker and are judged at
 * their end; half-open, the Vert.x breaker lets a single one through as its probe, which has a deadline.
 *
 * <p>Results count only in the era in which their call began, so that the late success of an earlier era closes
 * nothing. Shared by all instances of a provider's verticle.
 */
final class ProviderBreaker {

    private final Breaker settings;
    private final CircuitBreaker breaker;
    private final OutcomeWindow window;
    private final Consumer<Metrics.Breaker> observer;
    private final AtomicLong era = new AtomicLong();
    /**
     * A probe whose caller left before there was an answer: Vert.x has let one through and will not let through
     * another.
     */
    private final AtomicReference<Promise<Void>> returnedProbe = new AtomicReference<>();
    /** A copy of the breaker's own state, which is behind a lock. */
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;

    private volatile String reason;
    private volatile long openedNanos;

    ProviderBreaker(
            Vertx vertx, String provider, Breaker settings, long probeMillis, Consumer<Metrics.Breaker> observer) {
        this.settings = settings;
        this.window = new OutcomeWindow(settings.window().toMillis());
        this.observer = observer;
        this.breaker = CircuitBreaker.create(
                        provider,
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(Integer.MAX_VALUE)
                                .setTimeout(probeMillis)
                                .setResetTimeout(settings.openFor().toMillis())
                                .setNotificationAddress(null))
                .openHandler(v -> turn(CircuitBreakerState.OPEN))
                .halfOpenHandler(v -> turn(CircuitBreakerState.HALF_OPEN))
                .closeHandler(v -> turn(CircuitBreakerState.CLOSED));
    }

    /** Leave for one call, or null when the provider must not be asked now. */
    Permit acquire() {
        return switch (state) {
            case CLOSED -> new Permit(era.get(), null);
            case OPEN -> null;
            case HALF_OPEN -> probe();
        };
    }

    /** {@code closed}, {@code open} or {@code half_open}. */
    String state() {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Why it is not closed, or null. */
    String reason() {
        return reason;
    }

    /** How long until the next probe may run; 0 when not open. */
    long retryAfterMillis() {
        if (state != CircuitBreakerState.OPEN) {
            return 0;
        }
        long openFor = settings.openFor().toMillis();
        return Math.max(0, openFor - (System.nanoTime() - openedNanos) / 1_000_000);
    }

    void close() {
        breaker.close();
    }

    /** One call's leave, to be ended exactly once. */
    final class Permit {

        private long begun;
        private Promise<Void> probe;

        private Permit(long begun, Promise<Void> probe) {
            this.begun = begun;
            this.probe = probe;
        }

        /** The first event came: enough for a probe to close the breaker, whatever becomes of the rest. */
        void answered() {
            if (probe != null) {
                Promise<Void> passed = probe;
                probe = null;
                begun = era.get() + 1;
                passed.tryComplete();
            }
        }

        /** @param answeredMillis time to the first event or whole answer, -1 when there was none */
        void end(Outcome outcome, long answeredMillis) {
            if (probe != null) {
                endProbe(outcome);
            } else if (begun == era.get() && state == CircuitBreakerState.CLOSED) {
                judge(outcome, answeredMillis);
            }
        }

        private void endProbe(Outcome outcome) {
            switch (outcome) {
                case SUCCESS, THROTTLED, REFUSED -> answered();
                case FAILURE -> probe.tryFail("the probe failed");
                // It says nothing: the next call probes in its place.
                case CANCELLED -> returnedProbe.set(probe);
            }
        }
    }

    private Permit probe() {
        Promise<Void> returned = returnedProbe.getAndSet(null);
        if (returned != null) {
            return new Permit(era.get(), returned);
        }
        Permit[] permit = new Permit[1];
        breaker.<Void>execute(promise -> permit[0] = new Permit(era.get(), promise));
        return permit[0];
    }

    private void judge(Outcome outcome, long answeredMillis) {
        boolean counts = outcome == Outcome.SUCCESS || outcome == Outcome.FAILURE;
        if (!counts) {
            return;
        }
        long now = System.nanoTime();
        boolean failed = outcome == Outcome.FAILURE;
        boolean slow = answeredMillis > settings.slowCall().toMillis();
        window.record(now, failed, slow);
        if (failed || slow) {
            openIfBad(window.counts(now));
        }
    }

    private void openIfBad(OutcomeWindow.Counts counts) {
        if (counts.calls() < settings.minCalls()) {
            return;
        }
        if (counts.failures() >= settings.failureRate() * counts.calls()) {
            open(counts.failures() + " of " + counts.calls() + " calls failed");
        } else if (counts.slow() >= settings.slowRate() * counts.calls()) {
            open(counts.slow() + " of " + counts.calls() + " calls were slower than "
                    + settings.slowCall().toMillis() + "ms");
        }
    }

    private void open(String why) {
        long now = era.get();
        if (state == CircuitBreakerState.CLOSED && era.compareAndSet(now, now + 1)) {
            reason = why + " within " + settings.window().toSeconds() + "s";
            breaker.open();
        }
    }

    /** Runs under the Vert.x breaker's lock. */
    private void turn(CircuitBreakerState next) {
        era.incrementAndGet();
        returnedProbe.set(null);
        window.clear();
        state = next;
        switch (next) {
            case OPEN -> {
                openedNanos = System.nanoTime();
                observer.accept(Metrics.Breaker.OPEN);
            }
            case HALF_OPEN -> observer.accept(Metrics.Breaker.HALF_OPEN);
            case CLOSED -> {
                reason = null;
                observer.accept(Metrics.Breaker.CLOSED);
            }
        }
    }
}
