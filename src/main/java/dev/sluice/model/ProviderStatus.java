package dev.sluice.model;

import java.util.List;

/**
 * The status of one provider, as shown by the admin API and {@code /readyz?verbose}.
 *
 * @param breaker {@code closed}, {@code open} or {@code half_open}: the worst of its breakers
 * @param breakerReason why it is not closed, or null
 * @param inFlight number of attempts in flight
 * @param keys number of keys in the pool
 * @param coolingKeys number of keys in cooldown for all models
 * @param cooldowns of keys, for all models or for one
 * @param retiring true for a provider that a reload removed or replaced and whose streams are still running
 * @param limit concurrency limit; 0 for none
 * @param waiting number of requests that wait for a permit
 * @param drained why an operator drains it, or null: it stays configured and gets no new requests
 * @param breakers the provider's breaker, and those of its models that ever changed state
 */
public record ProviderStatus(
        String name,
        String type,
        String breaker,
        String breakerReason,
        int inFlight,
        int keys,
        int coolingKeys,
        List<Cooldown> cooldowns,
        boolean retiring,
        int limit,
        int waiting,
        String drained,
        List<BreakerStatus> breakers) {

    /**
     * The cooldown of an API key.
     *
     * @param key its number in the pool, from 1
     * @param model that the key is not used for, or null for all models
     * @param code of the error that started it
     * @param detail the provider's reason, or null
     */
    public record Cooldown(int key, String model, String code, String detail, long retryAfterMillis) {}
}
