/**
 * One call to the provider, from permit to outcome. An {@link dev.sluice.provider.attempt.Attempt} sends the request,
 * reads the response and ends exactly once; its key, permits and timers are released there.
 *
 * <p>Called by {@code ProviderVerticle}, which has already decided that the call may be made.
 */
package dev.sluice.provider.attempt;
