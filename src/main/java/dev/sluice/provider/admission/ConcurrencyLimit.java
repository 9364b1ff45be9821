package dev.sluice.provider.admission;

import dev.sluice.config.ProviderConfig;

/** The number of attempts that a provider may run at once. Shared by event loops; no method blocks. */
public interface ConcurrencyLimit {

    int limit();

    /**
     * Records a response that started in time.
     *
     * @param unary whether the response was received complete, not as a stream
     * @param durationNanos since the permit was acquired
     * @param running attempts at that time, including this one
     */
    default void responseReceived(boolean unary, long startNanos, long durationNanos, int running) {}

    /** Records that the provider throttled an attempt, or did not respond in time. */
    default void dropped(long startNanos, long nowNanos, int running) {}

    /** The configured limit of a provider; null when it has none. */
    static ConcurrencyLimit of(ProviderConfig config) {
        int fixed = config.limits() == null ? 0 : config.limits().concurrency();
        if (config.concurrency() != null && config.concurrency().adaptive()) {
            return new AdaptiveLimit(config.concurrency(), fixed);
        }
        return fixed == 0 ? null : () -> fixed;
    }
}
