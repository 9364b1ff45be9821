package dev.sluice.simulator;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The timing of a simulated model: time to the first token, time between tokens, and jitter. */
record Pacing(Duration firstToken, Duration tokenGap, double jitter) {

    /** Without delays. */
    static final Pacing IMMEDIATE = new Pacing(Duration.ZERO, Duration.ZERO, 0);

    /** When a piece of a response is sent. */
    enum Beat {
        /** Together with the previous piece. */
        AT_ONCE,
        /** After the time to the first token. */
        FIRST,
        /** One gap after the previous piece. */
        NEXT
    }

    /** Milliseconds to wait before a piece. */
    long delayMillis(Beat beat) {
        return switch (beat) {
            case AT_ONCE -> 0;
            case FIRST -> withJitter(firstToken.toMillis());
            case NEXT -> withJitter(tokenGap.toMillis());
        };
    }

    /** Milliseconds to a complete response with this number of tokens. */
    long totalMillis(int tokens) {
        return withJitter(firstToken.toMillis() + Math.max(0, tokens - 1) * tokenGap.toMillis());
    }

    private long withJitter(long millis) {
        return millis == 0 || jitter == 0
                ? millis
                : Math.round(millis * (1 + jitter * ThreadLocalRandom.current().nextDouble(-1, 1)));
    }
}
