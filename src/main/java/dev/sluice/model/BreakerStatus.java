package dev.sluice.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The status of one breaker, as shown by the admin API.
 *
 * @param model the breaker's model, or null for the provider's own breaker
 * @param state current state
 * @param reason why it is not closed, or why it is forced; else null
 * @param held whether an operator forces the state
 * @param retryAfterMillis time until it becomes half-open; 0 when it is not open
 * @param history recent state changes, oldest first
 */
public record BreakerStatus(
        String model, State state, String reason, boolean held, long retryAfterMillis, List<StateChange> history) {

    /** In the order of severity. */
    public enum State {
        CLOSED,
        HALF_OPEN,
        OPEN;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One change of state. */
    public record StateChange(Instant at, State state, String reason) {}
}
