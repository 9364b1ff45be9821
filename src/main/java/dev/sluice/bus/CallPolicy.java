package dev.sluice.bus;

import dev.sluice.model.Principal;
import dev.sluice.stream.AttemptTimeouts;

/**
 * The settings of route and caller for one attempt, beyond the request itself.
 *
 * @param timeouts that replace the provider's own where they are set
 * @param hold how much of a stream is held back before it is committed; null: nothing
 * @param priority in the queue of a provider at its concurrency limit: 0 to 9, higher is served first
 * @param lastResort the provider is called even if its breaker is open: no other target is left
 */
public record CallPolicy(AttemptTimeouts timeouts, HoldLimits hold, int priority, boolean lastResort) {

    public static final CallPolicy PLAIN = new CallPolicy(AttemptTimeouts.UNSET, null, Principal.USUAL_PRIORITY, false);

    /**
     * The limits of holding a stream back; the first that is reached commits the stream.
     *
     * @param events the most events held back
     * @param millis the longest time, from the first event
     * @param all hold to the end of the stream, without the other two limits
     */
    public record HoldLimits(int events, long millis, boolean all) {}
}
