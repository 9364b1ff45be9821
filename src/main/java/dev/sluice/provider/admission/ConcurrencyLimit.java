package dev.sluice.provider.admission;

import dev.sluice.config.ProviderConfig;

/** How many attempts a provider may run at once. Shared by event loops; no method waits. */
public interface ConcurrencyLimit {

    int limit();

    /**
     * An answer began in time.
     *
     * @param whole whether this was the time to a whole answer
     * @param tookNanos from getting the place
     * @param running attempts that ran then, this one included
     */
    default void answered(boolean whole, long beganNanos, long tookNanos, int running) {}

    /** The provider throttled an attempt, or did not answer it in time. */
    default void dropped(long beganNanos, long nowNanos, int running) {}

    /** The provider's, by its settings; null when it has none. */
    static ConcurrencyLimit of(ProviderConfig config) {
        int fixed = config.limits() == null ? 0 : config.limits().concurrency();
        if (config.concurrency() != null && config.concurrency().adaptive()) {
            return new AdaptiveLimit(config.concurrency(), fixed);
        }
        return fixed == 0 ? null : () -> fixed;
    }
}
