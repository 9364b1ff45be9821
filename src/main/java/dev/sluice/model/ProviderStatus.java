package dev.sluice.model;

import java.util.List;

/**
 * One provider as the admin API and {@code /readyz?verbose} show it.
 *
 * @param breaker {@code closed}, {@code open} or {@code half_open}: the worst of its breakers
 * @param breakerReason why it is not closed, or null
 * @param inFlight attempts running now
 * @param keys keys in the pool
 * @param restingKeys keys resting after a refusal or throttling
 * @param draining true for one that was removed or replaced and finishes its streams
 * @param drained why an operator keeps new requests from it, or null
 * @param breakers its own, and those of its models that ever turned
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
        String drained,
        List<BreakerStatus> breakers) {}
