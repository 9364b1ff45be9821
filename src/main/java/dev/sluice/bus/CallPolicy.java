package dev.sluice.bus;

import dev.sluice.model.Principal;

/**
 * The settings of route and caller for one attempt, beyond the request itself.
 *
 * @param timeouts that replace the provider's own
 * @param hold how much of a stream is held back before it is committed; null: nothing
 * @param priority in the queue of a provider at its concurrency limit: 0 to 9, higher is served first
 * @param lastResort the provider is called even if its breaker is open: no other target is left
 */
public record CallPolicy(Timeouts timeouts, Hold hold, int priority, boolean lastResort) {

    public static final CallPolicy PLAIN = new CallPolicy(Timeouts.PROVIDERS, null, Principal.USUAL_PRIORITY, false);

    /** Milliseconds; 0 where the provider's own timeout applies. */
    public record Timeouts(long firstByte, long firstToken, long idle, long response) {
        public static final Timeouts PROVIDERS = new Timeouts(0, 0, 0, 0);
    }

    /**
     * The limits of holding a stream back; the first that is reached commits the stream.
     *
     * @param events the most events held back
     * @param millis the longest time, from the first event
     * @param all hold to the end of the stream, without the other two limits
     */
    public record Hold(int events, long millis, boolean all) {}
}
