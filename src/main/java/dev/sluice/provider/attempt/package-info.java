/**
 * One call to the provider, from permit to outcome. An {@link dev.sluice.provider.attempt.Attempt} sends the request,
 * reads the response and ends exactly once, which releases its key, permits and timers.
 *
 * <p>Called by {@code ProviderVerticle}, after it has drawn a key and acquired the permits.
 */
package dev.sluice.provider.attempt;
