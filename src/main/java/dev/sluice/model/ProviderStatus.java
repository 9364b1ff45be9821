package dev.sluice.model;

/**
 * One provider as the admin API and {@code /readyz?verbose} show it.
 *
 * @param breaker {@code closed}, {@code open} or {@code half_open}
 * @param breakerReason why it is not closed, or null
 * @param inFlight attempts running now
 * @param keys keys in the pool
 * @param restingKeys keys resting after a refusal or throttling
 * @param draining true for one that was removed or replaced and finishes its streams
 * @param limit attempts it is given at once; 0: as many as come
 * @param waiting requests that wait for a place
 */
public record ProviderStatus(
        String name,
        String type,
        String breaker,
        String breakerReason,
        int inFlight,
        int keys,
        int restingKeys,
        boolean draining,
        int limit,
        int waiting) {}
