package dev.sluice.model;

/**
 * The current health of one provider, for routing. Shared by all event loops; reads take no lock and may be slightly
 * out of date.
 */
public interface ProviderHealth {

    /** The health of an unused provider, for plans made without a running gateway. */
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
        public Unavailability unavailability(String model) {
            return null;
        }
    };

    /** Why a target should not be tried. */
    enum Unavailability {
        BREAKER_OPEN,
        KEYS_COOLING_DOWN,
        SATURATED,
        DRAINED
    }

    /** Number of attempts in flight for this model. */
    int inFlight(String model);

    /**
     * Peak-sensitive moving average of the time to the first token, decayed to the current time; 0 when unknown. A slow
     * response raises it at once; it falls slowly.
     */
    double firstTokenNanos(String model);

    /** Why the model should not be tried now, or null. */
    Unavailability unavailability(String model);
}
