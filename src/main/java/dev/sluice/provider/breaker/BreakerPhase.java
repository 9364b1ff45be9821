package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import io.vertx.circuitbreaker.CircuitBreaker;

/** Where a breaker stands. Each is made once and left by a compare-and-set, so that it is known by its identity. */
sealed interface BreakerPhase {

    State state();

    /** The time out of service that it belongs to; null while closed. */
    OpenPeriod openPeriod();

    /** Why it is not closed, or held; else null. */
    String reason();

    /** Whether an operator holds it there. */
    boolean held();

    /**
     * Calls run and are judged.
     *
     * @param reason an operator's, who holds it closed; else null
     */
    record Closed(OutcomeWindow window, String reason) implements BreakerPhase {

        @Override
        public State state() {
            return State.CLOSED;
        }

        @Override
        public OpenPeriod openPeriod() {
            return null;
        }

        @Override
        public boolean held() {
            return reason != null;
        }
    }

    /**
     * Nobody asks.
     *
     * @param guard leads to half-open; null while it is held
     */
    record Open(OpenPeriod openPeriod, CircuitBreaker guard) implements BreakerPhase {

        @Override
        public State state() {
            return State.OPEN;
        }

        @Override
        public String reason() {
            return openPeriod.reason;
        }

        @Override
        public boolean held() {
            return openPeriod.held;
        }
    }

    /** The next call is the probe, and nobody else asks until it is over. */
    record HalfOpen(OpenPeriod openPeriod, CircuitBreaker guard) implements BreakerPhase {

        @Override
        public State state() {
            return State.HALF_OPEN;
        }

        @Override
        public String reason() {
            return openPeriod.reason;
        }

        @Override
        public boolean held() {
            return false;
        }
    }
}
