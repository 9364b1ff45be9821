package dev.sluice.http.exchange;

import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.route.FallbackCause;

/** What one failure of a target says about retries, other keys and other targets. */
final class FailureRules {

    private FailureRules() {}

    /** Closed at once a second time: the provider does so with this request, on whichever connection. */
    static GatewayError notStale(GatewayError failure) {
        return failure.failure() == FailureCode.STALE_CONNECTION
                ? GatewayError.of(failure.kind(), failure.message())
                : failure;
    }

    static boolean concernsKey(Kind kind) {
        return kind == Kind.RATE_LIMITED || kind == Kind.PROVIDER_AUTH || kind == Kind.QUOTA_SPENT;
    }

    static boolean mayBeRetried(GatewayError error) {
        return switch (error.kind()) {
            case UPSTREAM, TRUNCATED, RATE_LIMITED -> true;
            // The same response would need the same memory, and would be paid again.
            case UNAVAILABLE -> !notSent(error) && error.failure() != FailureCode.MEMORY_FULL;
            default -> false;
        };
    }

    /** Whether the call was never sent to the provider, so that a retry would only add to a queue. */
    static boolean notSent(GatewayError error) {
        return error.failure() != null && error.failure().isNotSent();
    }

    static boolean waitingHelps(GatewayError error) {
        return error.kind() == Kind.RATE_LIMITED
                || error.kind() == Kind.QUOTA_SPENT
                || error.kind() == Kind.UNAVAILABLE && notSent(error);
    }

    /** How informative a failure is. The client gets the first one of the highest weight. */
    static int weight(GatewayError error) {
        if (error.failure() == FailureCode.STALE_CONNECTION) {
            return 1;
        }
        return switch (error.kind()) {
            case UNSUPPORTED, MODEL_NOT_FOUND -> 0;
            case UNAVAILABLE -> notSent(error) ? 1 : 3;
            case INTERNAL -> 3;
            default -> error.otherTargetMayServe() ? 3 : 2;
        };
    }

    static FallbackCause cause(Kind kind) {
        return switch (kind) {
            case CONTEXT_LENGTH -> FallbackCause.CONTEXT_WINDOW;
            case CONTENT_FILTER -> FallbackCause.CONTENT_FILTER;
            case RATE_LIMITED -> FallbackCause.RATE_LIMIT;
            default -> null;
        };
    }

    /**
     * Whether the target refused this request, and the client can learn from its words. Not of errors whose words
     * clients look for: they would take the whole request for too long, or for filtered.
     */
    static boolean isRefusal(GatewayError error) {
        return switch (error.kind()) {
            case INVALID_REQUEST, UNSUPPORTED, MODEL_NOT_FOUND, NOT_FOUND, PERMISSION, TOO_LARGE -> true;
            default -> false;
        };
    }
}
