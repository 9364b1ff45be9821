package dev.sluice.provider.breaker;

import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.observe.Metrics;
import java.util.Locale;

/** How an attempt counts for its provider's health. The failures are told apart for the breaker's reason only. */
public enum Outcome {
    SUCCESS,
    /** 429: tracked, but no sign of ill health. */
    THROTTLED,
    /** A client's mistake: the provider is well. */
    REFUSED,
    /** Given up by our side: says nothing about the provider. */
    CANCELLED,
    /** The provider failed in a way that has no better word here. */
    FAILURE,
    /** A named timeout fired: it hangs, or is too slow. */
    TIMEOUT,
    /** An answer that ended before its end. */
    TRUNCATED,
    /** No connection: refused, no such name, TLS. */
    UNREACHABLE,
    /** The connection was closed before there was an answer. */
    CLOSED,
    /** An answer that is none: another content type, not JSON. */
    MALFORMED,
    /** It says itself that it has too much to do: 503, 529. */
    OVERLOADED,
    /** Any other 5xx, or an error event. */
    ERROR;

    /** How a refusal or failure counts. */
    public static Outcome of(GatewayError error) {
        return switch (error.kind()) {
            case RATE_LIMITED, QUOTA_SPENT -> THROTTLED;
            case UPSTREAM -> upstream(FailureCode.of(error));
            case UNAVAILABLE -> OVERLOADED;
            case TIMEOUT -> TIMEOUT;
            case TRUNCATED -> TRUNCATED;
            case INTERNAL -> FAILURE;
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

    /** Whether it counts against the provider. */
    boolean failed() {
        return compareTo(FAILURE) >= 0;
    }

    public Metrics.Attempt counted() {
        return switch (this) {
            case SUCCESS -> Metrics.Attempt.OK;
            case THROTTLED -> Metrics.Attempt.THROTTLED;
            case REFUSED -> Metrics.Attempt.REFUSED;
            case CANCELLED -> Metrics.Attempt.CANCELLED;
            case FAILURE, TIMEOUT, TRUNCATED, UNREACHABLE, CLOSED, MALFORMED, OVERLOADED, ERROR ->
                Metrics.Attempt.FAILED;
        };
    }

    /** The word for it in a breaker's reason. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Outcome upstream(FailureCode code) {
        if (code == FailureCode.UPSTREAM_UNREACHABLE) {
            return UNREACHABLE;
        }
        return code != null && code.isMalformed() ? MALFORMED : ERROR;
    }
}
