package dev.sluice.provider.breaker;

import dev.sluice.model.BreakerStatus.State;
import io.vertx.circuitbreaker.CircuitBreaker;

/**
 * The state of a breaker with its data. Each phase is one object and is left by a compare-and-set, so phases are
 * compared by identity.
 */
sealed interface BreakerPhase {

    State state();

    /** The open period of this phase; null while closed. */
    OpenPeriod openPeriod();

    /** Why the breaker is not closed, or is held; else null. */
    String reason();

    /** Whether an operator holds the breaker in this state. */
    boolean isHeld();

    /**
     * Calls run, and their outcomes are recorded.
     *
     * @param reason of the operator who holds it closed; else null
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
        public boolean isHeld() {
            return reason != null;
        }
    }

    /**
     * Calls are rejected.
     *
     * @param timer leads to half-open; null while an operator holds it
     */
    record Open(OpenPeriod openPeriod, CircuitBreaker timer) implements BreakerPhase {

        @Override
        public State state() {
            return State.OPEN;
        }

        @Override
        public String reason() {
            return openPeriod.reason;
        }

        @Override
        public boolean isHeld() {
            return openPeriod.held;
        }
    }

    /** The next call is the probe; all others are rejected until it has ended. */
    record HalfOpen(OpenPeriod openPeriod, CircuitBreaker timer) implements BreakerPhase {

        @Override
        public State state() {
            return State.HALF_OPEN;
        }

        @Override
        public String reason() {
            return openPeriod.reason;
        }

        @Override
        public boolean isHeld() {
            return false;
        }
    }
}
