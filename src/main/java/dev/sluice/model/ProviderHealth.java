package dev.sluice.model;

/**
 * How one provider is just now, as the planner of routes sees it. Shared by all event loops; every answer is a glance
 * that may be out of date when it is acted upon, and costs no lock.
 */
public interface ProviderHealth {

    /** Of a provider that nobody has asked yet, for plans made without a running gateway. */
    ProviderHealth UNTRIED = new ProviderHealth() {
        @Override
        public int inFlight(String model) {
            return 0;
        }

        @Override
        public double firstTokenNanos(String model) {
            return 0;
        }

        @Override
        public Unfit unfit(String model) {
            return null;
        }
    };

    /** Why a target is better left alone. */
    enum Unfit {
        BREAKER_OPEN,
        KEYS_RESTING,
        SATURATED,
        DRAINED
    }

    /** Attempts at this model that run now. */
    int inFlight(String model);

    /**
     * Peak-sensitive moving average of the time to the first token, decayed to this moment; 0 when nothing is known.
     * Rises at once with a slow answer, falls slowly.
     */
    double firstTokenNanos(String model);

    /** Null when it may be asked. */
    Unfit unfit(String model);
}
