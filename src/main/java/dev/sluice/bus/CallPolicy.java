package dev.sluice.bus;

import dev.sluice.model.Principal;

/**
 * What the route and the caller say about one attempt, beyond the request itself.
 *
 * @param timeouts where they differ from the provider's own
 * @param hold how much of a stream is held back before it is committed; null: none
 * @param priority who waits and is shed last: 0 to 9, higher is better
 * @param lastResort the provider is asked even where its breaker is open: there is nobody else
 */
public record CallPolicy(Timeouts timeouts, Hold hold, int priority, boolean lastResort) {

    public static final CallPolicy PLAIN = new CallPolicy(Timeouts.PROVIDERS, null, Principal.USUAL_PRIORITY, false);

    /** Milliseconds; 0 where the provider's own holds. */
    public record Timeouts(long firstByte, long firstToken, long idle, long whole) {
        public static final Timeouts PROVIDERS = new Timeouts(0, 0, 0, 0);
    }

    /**
     * Whichever comes first commits the stream.
     *
     * @param events held back at most
     * @param millis held back at most, from the first event
     * @param all to the very end; the other two do not count then
     */
    public record Hold(int events, long millis, boolean all) {}
}
