package dev.sluice.provider.admission;

import dev.sluice.config.ProviderConfig;

/** The number of attempts that a provider may run at once. Shared by event loops; no method blocks. */
public interface ConcurrencyLimit {

    int limit();

    /**
     * A response started in time.
     *
     * @param whole whether this was the time to a whole response
     * @param tookNanos since the permit was acquired
     * @param running attempts at that time, including this one
     */
    default void responseReceived(boolean whole, long beganNanos, long tookNanos, int running) {}

    /** The provider throttled an attempt, or did not respond in time. */
    default void dropped(long beganNanos, long nowNanos, int running) {}

    /** The configured limit of a provider; null when it has none. */
    static ConcurrencyLimit of(ProviderConfig config) {
        int fixed = config.limits() == null ? 0 : config.limits().concurrency();
        if (config.concurrency() != null && config.concurrency().adaptive()) {
            return new AdaptiveLimit(config.concurrency(), fixed);
        }
        return fixed == 0 ? null : () -> fixed;
    }
}
