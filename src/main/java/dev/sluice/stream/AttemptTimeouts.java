package dev.sluice.stream;

import java.time.Duration;

/**
 * The configurable timeouts of one attempt, in milliseconds. 0 means that the timeout is not set here, so that another
 * source decides: a route overrides some timeouts of its providers.
 */
public record AttemptTimeouts(long firstByte, long firstToken, long idle, long response) {

    public static final AttemptTimeouts UNSET = new AttemptTimeouts(0, 0, 0, 0);

    /** A duration that is null is not set. Returns {@link #UNSET} itself if none is set. */
    public static AttemptTimeouts of(Duration firstByte, Duration firstToken, Duration idle, Duration response) {
        if (firstByte == null && firstToken == null && idle == null && response == null) {
            return UNSET;
        }
        return new AttemptTimeouts(millis(firstByte), millis(firstToken), millis(idle), millis(response));
    }

    /** These timeouts, and the defaults where they are not set. */
    public AttemptTimeouts orElse(AttemptTimeouts defaults) {
        if (equals(UNSET)) {
            return defaults;
        }
        return new AttemptTimeouts(
                firstByte > 0 ? firstByte : defaults.firstByte,
                firstToken > 0 ? firstToken : defaults.firstToken,
                idle > 0 ? idle : defaults.idle,
                response > 0 ? response : defaults.response);
    }

    /** @throws IllegalArgumentException for a limit that is not one of these four */
    public long millis(TimeLimit limit) {
        return switch (limit) {
            case FIRST_BYTE -> firstByte;
            case FIRST_TOKEN -> firstToken;
            case IDLE -> idle;
            case RESPONSE -> response;
            case TOTAL, BODY, MAX_WAIT, HOLD, MARKER, CLOSE ->
                throw new IllegalArgumentException(limit + " is not a timeout of an attempt");
        };
    }

    private static long millis(Duration duration) {
        return duration == null ? 0 : duration.toMillis();
    }
}
