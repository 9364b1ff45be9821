package dev.sluice.bench.upstream;

/**
 * The kinds of response of the upstream, selected by the first letter of the path, so that no proxy has to change the
 * body.
 */
public enum Mode {
    /** A non-streamed response of about 300 bytes of JSON. */
    WHOLE('j'),
    /**
     * 100 events without pacing, one of each open stream at a time, each flushed separately, as a model's tokens are.
     */
    STREAM('s'),
    /** The same events, all in one flush. */
    BULK('b'),
    /** One event every 20 ms. */
    PACED('p'),
    /** One event every half second: for streams that are open and mostly idle. */
    SLOW('o'),
    /** A stream from a model with limited capacity, see {@link SharedCapacity}. */
    SATURATED('c');

    /** Events of a stream, including its terminal marker. */
    public static final int EVENTS = 100;

    /** Milliseconds between the events of a paced stream. */
    public static final int GAP_MILLIS = 20;

    static final int SLOW_GAP_MILLIS = 500;

    private final char letter;

    Mode(char letter) {
        this.letter = letter;
    }

    /** The path before {@code /chat/completions}, which is the path of a base URL. */
    public String prefix() {
        return "/" + letter + "/v1";
    }

    static Mode of(byte letter) {
        for (Mode mode : values()) {
            if (mode.letter == letter) {
                return mode;
            }
        }
        throw new IllegalStateException("no mode for path /" + (char) letter);
    }
}
