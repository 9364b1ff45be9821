package dev.sluice.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * One breaker as the admin API shows it.
 *
 * @param model whose it is, or null when it is the provider's
 * @param state where it stands
 * @param reason why it is not closed, or why it is held; else null
 * @param held whether an operator holds it there
 * @param retryAfterMillis until it goes half-open; 0 when it is not open
 * @param history its last turns, oldest first
 */
public record BreakerStatus(
        String model, State state, String reason, boolean held, long retryAfterMillis, List<Turn> history) {

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
    public record Turn(Instant at, State state, String reason) {}
}
