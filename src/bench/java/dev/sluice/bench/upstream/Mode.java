package dev.sluice.bench.upstream;

/** What the upstream answers. The first letter of the path chooses, so that no proxy needs to touch the body. */
public enum Mode {
    /** A whole answer of about 300 bytes of JSON. */
    WHOLE('j'),
    /**
     * 100 events as fast as they go, one of each open stream at a time, each flushed for itself as a model's tokens
     * are.
     */
    STREAM('s'),
    /** The same events, all in one flush. */
    BULK('b'),
    /** One event each 20 ms. */
    PACED('p'),
    /** One event each half second: for streams that are open, and little more. */
    SLOW('o'),
    /** A stream from a model that takes only so many at once: beyond its capacity everybody waits longer. */
    CROWDED('c');

    /** Of a stream, with its terminal marker. */
    public static final int EVENTS = 100;

    /** Milliseconds between the events of a paced stream. */
    public static final int GAP_MILLIS = 20;

    static final int SLOW_GAP_MILLIS = 500;

    private final char letter;

    Mode(char letter) {
        this.letter = letter;
    }

    /** What comes before {@code /chat/completions} in a path, and after the authority in a base URL. */
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
