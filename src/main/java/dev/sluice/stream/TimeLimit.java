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
    /** To the head of a streamed response. */
    FIRST_BYTE,
    /** To the first event of a streamed response. */
    FIRST_TOKEN,
    /** Between two reads of a response. */
    IDLE,
    /** To the head of a response that is not streamed, which is sent when the model is done. */
    RESPONSE,
    /** The time for which the beginning of a stream is held back. */
    HOLD,
    /** To the usage and the terminal marker of a response that is otherwise finished. */
    MARKER,
    /** To the end of a response after its terminal marker. */
    CLOSE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word of messages and of the configuration's {@code timeouts}. */
    public String label() {
        return label;
    }
}
