package dev.sluice.provider;

import dev.sluice.observe.Metrics;
import java.util.Locale;

/** How an attempt counts for its provider's health. */
enum Outcome {
    SUCCESS,
    /** The provider failed: it counts against it. */
    FAILURE,
    /** 429: tracked, but no sign of ill health. */
    THROTTLED,
    /** A client's mistake: the provider is well. */
    REFUSED,
    /** Given up by our side: says nothing about the provider. */
    CANCELLED;

    Metrics.Attempt counted() {
        return switch (this) {
            case SUCCESS -> Metrics.Attempt.OK;
            case FAILURE -> Metrics.Attempt.FAILED;
            case THROTTLED -> Metrics.Attempt.THROTTLED;
            case REFUSED -> Metrics.Attempt.REFUSED;
            case CANCELLED -> Metrics.Attempt.CANCELLED;
        };
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
