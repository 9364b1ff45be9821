package dev.sluice.stream;

import java.util.Locale;

/** The time limits that a {@link Watchdog} enforces. */
public enum TimeLimit {
    /** The whole request, over all attempts. */
    TOTAL,
    /** The body of a client's request. */
    BODY,
    /** The wait for a permit of a provider that is at its concurrency limit. */
    MAX_WAIT,
    /** Until the head of a streamed response is received. */
    FIRST_BYTE,
    /** Until the first event with content of a streamed response is received. */
    FIRST_TOKEN,
    /** Between two reads of a response. */
    IDLE,
    /** Until the head of a response that is not streamed; providers send it when the model has finished. */
    RESPONSE,
    /** The time for which the beginning of a stream is held back. */
    HOLD,
    /** For the usage and the terminal marker of a response that is otherwise finished. */
    MARKER,
    /** From the terminal marker to the end of the response. */
    CLOSE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in messages and, where it can be configured, under {@code timeouts}. */
    public String label() {
        return label;
    }
}
