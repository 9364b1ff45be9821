package dev.sluice.provider.breaker;

import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.observe.Metrics;
import java.util.Locale;

/** The outcome of an attempt as the breaker counts it. Kinds of failure differ only in the breaker's reason. */
public enum Outcome {
    SUCCESS,
    /** 429: not a failure. */
    THROTTLED,
    /** The request was refused: the client's mistake, not a failure. */
    REFUSED,
    /** Cancelled by Sluice: not counted. */
    CANCELLED,
    /** A kept-alive connection was closed already: says nothing about the provider. */
    STALE_CONNECTION,
    /** Any other failure. */
    FAILURE,
    /** A timeout expired. */
    TIMEOUT,
    /** The response was cut. */
    TRUNCATED,
    /** No connection: refused, no such name, TLS. */
    UNREACHABLE,
    /** The connection was closed before a response. */
    CLOSED,
    /** The response is unusable: another content type, not JSON, too large. */
    MALFORMED,
    /** The provider reports overload: 503, 529. */
    OVERLOADED,
    /** Any other 5xx, or an error event. */
    ERROR;

    /** The outcome of an attempt that ended with this error. */
    public static Outcome of(GatewayError error) {
        return switch (error.kind()) {
            case RATE_LIMITED, QUOTA_SPENT -> THROTTLED;
            case UPSTREAM -> upstream(error.failure());
            case UNAVAILABLE -> OVERLOADED;
            case TIMEOUT -> TIMEOUT;
            case TRUNCATED -> TRUNCATED;
            case INTERNAL -> FAILURE;
            case INVALID_REQUEST,
                    CONTEXT_LENGTH,
                    UNSUPPORTED,
                    CONTENT_FILTER,
                    FOREIGN_REASONING,
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

    /**
     * The outcome that counts for a relayed exchange. Its path and body are the caller's choice, so no response says
     * anything about the exchanges of others; that the provider cannot be reached does.
     */
    public Outcome ofRelayed() {
        return switch (this) {
            case UNREACHABLE -> UNREACHABLE;
            case SUCCESS, THROTTLED, REFUSED, TRUNCATED, MALFORMED, OVERLOADED, ERROR -> REFUSED;
            case CANCELLED, STALE_CONNECTION, FAILURE, TIMEOUT, CLOSED -> CANCELLED;
        };
    }

    /** Whether it counts against the provider. */
    boolean isFailure() {
        return compareTo(FAILURE) >= 0;
    }

    public Metrics.Attempt metric() {
        return switch (this) {
            case SUCCESS -> Metrics.Attempt.OK;
            case THROTTLED -> Metrics.Attempt.THROTTLED;
            case REFUSED -> Metrics.Attempt.REFUSED;
            case CANCELLED -> Metrics.Attempt.CANCELLED;
            case STALE_CONNECTION, FAILURE, TIMEOUT, TRUNCATED, UNREACHABLE, CLOSED, MALFORMED, OVERLOADED, ERROR ->
                Metrics.Attempt.FAILED;
        };
    }

    /** The name in a breaker's reason. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Outcome upstream(FailureCode failure) {
        if (failure == FailureCode.UPSTREAM_UNREACHABLE) {
            return UNREACHABLE;
        }
        return failure != null && failure.isMalformed() ? MALFORMED : ERROR;
    }
}
