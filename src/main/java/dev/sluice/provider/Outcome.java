package dev.sluice.provider;

import dev.sluice.model.GatewayError;
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

    /** How a refusal counts. */
    static Outcome of(GatewayError refusal) {
        return switch (refusal.kind()) {
            case RATE_LIMITED, QUOTA_SPENT -> THROTTLED;
            case UPSTREAM, UNAVAILABLE, TIMEOUT, TRUNCATED, INTERNAL -> FAILURE;
            case INVALID_REQUEST,
                    CONTEXT_LENGTH,
                    UNSUPPORTED,
                    CONTENT_FILTER,
                    AUTHENTICATION,
                    PERMISSION,
                    NOT_FOUND,
                    MODEL_NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    PROVIDER_AUTH -> REFUSED;
        };
    }

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
