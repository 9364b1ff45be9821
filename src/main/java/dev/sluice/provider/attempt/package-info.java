/**
 * One call to the provider, from permit to outcome. An {@link dev.sluice.provider.attempt.Attempt} sends the request,
 * follows the answer and ends exactly once; everything it was given (key, permits, timers) is released there.
 *
 * <p>Called by {@code ProviderVerticle}, which has already decided that the call may be made.
 */
package dev.sluice.provider.attempt;
