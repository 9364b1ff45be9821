package dev.sluice.simulator;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How fast a model speaks. */
record Pacing(Duration firstToken, Duration tokenGap, double jitter) {

    /** Everything at once. */
    static final Pacing STILL = new Pacing(Duration.ZERO, Duration.ZERO, 0);

    /** When a piece of an answer is due. */
    enum Beat {
        /** With the piece before it. */
        AT_ONCE,
        /** When the model has thought. */
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

    /** Milliseconds until a whole answer of so many tokens is there. */
    long whole(int tokens) {
        return blur(firstToken.toMillis() + Math.max(0, tokens - 1) * tokenGap.toMillis());
    }

    private long blur(long millis) {
        return millis == 0 || jitter == 0
                ? millis
                : Math.round(millis * (1 + jitter * ThreadLocalRandom.current().nextDouble(-1, 1)));
    }
}
