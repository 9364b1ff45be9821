package dev.sluice.simulator;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The speed of a simulated model. */
record Pacing(Duration firstToken, Duration tokenGap, double jitter) {

    /** Without delays. */
    static final Pacing STILL = new Pacing(Duration.ZERO, Duration.ZERO, 0);

    /** When a piece of a response is due. */
    enum Beat {
        /** With the piece before it. */
        AT_ONCE,
        /** After the time to the first token. */
        FIRST,
        /** One gap after the piece before it. */
        NEXT
    }

    /** Milliseconds to wait before a piece. */
    long before(Beat beat) {
        return switch (beat) {
            case AT_ONCE -> 0;
            case FIRST -> blur(firstToken.toMillis());
            case NEXT -> blur(tokenGap.toMillis());
        };
    }

    /** Milliseconds to a whole response of that many tokens. */
    long whole(int tokens) {
        return blur(firstToken.toMillis() + Math.max(0, tokens - 1) * tokenGap.toMillis());
    }

    private long blur(long millis) {
        return millis == 0 || jitter == 0
                ? millis
                : Math.round(millis * (1 + jitter * ThreadLocalRandom.current().nextDouble(-1, 1)));
    }
}
