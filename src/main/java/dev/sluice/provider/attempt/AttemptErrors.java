package dev.sluice.provider.attempt;

import dev.sluice.model.CancelCause;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Strictness;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.stream.TimeLimit;
import java.util.List;

/** The errors of attempts that do not come from the provider's own error responses. */
final class AttemptErrors {

    private AttemptErrors() {}

    /** @param strictness by header or configuration; not OFF */
    static GatewayError unsupportedParameters(String provider, List<String> dropped, Strictness strictness) {
        String names = String.join(", ", dropped);
        String message = strictness == Strictness.ALL
                ? "provider " + provider + " does not take the request unchanged (" + names + "), and x-sluice-strict"
                        + " forbids changes (expected: a request without these parameters, or x-sluice-strict: off)"
                : "provider " + provider + " does not support " + names + ", and x-sluice-strict: meaning forbids"
                        + " dropping what the response depends on (expected: a request without it, or"
                        + " x-sluice-strict: off)";
        return GatewayError.of(Kind.UNSUPPORTED, message)
                .withCode("unsupported_parameter")
                .withParam(dropped.getFirst().split("->|=", 2)[0]);
    }

    static GatewayError unreachable(String provider, Throwable failure) {
        return upstream(provider, "could not be reached: " + NetworkFailure.reason(failure))
                .withCode(FailureCode.UPSTREAM_UNREACHABLE);
    }

    static GatewayError poolQueueFull(String provider) {
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "all connections to provider " + provider
                                + " are in use and its queue is full (pool.max_connections, pool.max_queue)")
                .withCode(FailureCode.QUEUE_FULL)
                .withRetryAfter(1000);
    }

    static GatewayError closedBeforeResponse(String provider, Throwable failure) {
        return upstream(provider, "closed the connection before it responded: " + NetworkFailure.reason(failure));
    }

    static GatewayError staleConnection(String provider, Throwable failure) {
        return upstream(provider, "had closed the kept-alive connection: " + NetworkFailure.reason(failure))
                .withCode(FailureCode.STALE_CONNECTION);
    }

    static GatewayError closedInBody(String provider, int bytes, Throwable failure) {
        return GatewayError.of(
                Kind.TRUNCATED,
                "provider " + provider + " closed the connection after " + bytes + " bytes of its response: "
                        + NetworkFailure.reason(failure));
    }

    static GatewayError closedInStream(String provider, Throwable failure) {
        return GatewayError.of(
                Kind.TRUNCATED,
                "provider " + provider + " closed the connection in the middle of the stream: "
                        + NetworkFailure.reason(failure));
    }

    static GatewayError bodyTooLarge(String provider, int maxBytes) {
        return upstream(provider, "sent a response of more than " + maxBytes + " bytes");
    }

    static GatewayError heldStreamTooLarge(String provider, int maxBytes) {
        return upstream(
                        provider,
                        "sent more than " + maxBytes + " bytes of a stream that is held back to its end (hold: all)")
                .withCode(FailureCode.HELD_TOO_LARGE);
    }

    static GatewayError memoryFull(String provider, long bytes) {
        return GatewayError.of(
                        Kind.UNAVAILABLE,
                        "no memory is left for the response of provider " + provider + " after " + bytes
                                + " bytes: this caller, or all callers together, have too many bytes in flight (limit:"
                                + " server.max_buffered); retry when other requests have finished")
                .withCode(FailureCode.MEMORY_FULL)
                .withRetryAfter(1000);
    }

    static GatewayError unexpectedContentType(String provider, String contentType, String expected) {
        return upstream(provider, "responded with content type " + contentType + " (expected: " + expected + ")")
                .withCode(FailureCode.UNEXPECTED_CONTENT_TYPE);
    }

    static GatewayError unexpectedContentEncoding(String provider, String encoding) {
        return upstream(
                        provider,
                        "responded with content encoding " + encoding
                                + ", which was not requested (expected: identity, gzip or deflate)")
                .withCode(FailureCode.UNEXPECTED_CONTENT_TYPE);
    }

    static GatewayError malformedEncoding(String provider, Throwable wrong) {
        return upstream(provider, "sent a compressed response that cannot be decoded: " + wrong.getMessage())
                .withCode(FailureCode.UNEXPECTED_CONTENT_TYPE);
    }

    static GatewayError cancelled(CancelCause cause) {
        return GatewayError.of(Kind.UNAVAILABLE, "cancelled: " + cause.label());
    }

    /**
     * The limit of the whole request is the client's or the route's, less the time that earlier attempts used.
     *
     * @param millis the limit, for {@link TimeLimit#TOTAL} the time since the attempt started
     */
    static GatewayError timedOut(String provider, TimeLimit limit, long millis, boolean responseReceived) {
        String passed = limit == TimeLimit.TOTAL
                ? "timeouts.total or the client's own deadline passed " + millis + "ms after this attempt started"
                : "timeouts." + limit.label() + " of " + millis + "ms passed";
        return GatewayError.of(
                Kind.TIMEOUT,
                "provider " + provider + " timed out: " + passed
                        + (responseReceived ? "" : ", without a response head"));
    }

    private static GatewayError upstream(String provider, String what) {
        return GatewayError.of(Kind.UPSTREAM, "provider " + provider + " " + what);
    }
}
