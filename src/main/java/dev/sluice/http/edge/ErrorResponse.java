package dev.sluice.http.edge;

import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.ErrorEnvelopes;
import dev.sluice.stream.Buffers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * The error responses of the edge, in the envelope of the request's path. Each leaves the connection in a known state:
 * the unread rest of the body is either drained or the connection is closed. {@link ExchangeObserver} closes it, after
 * any response with {@code Connection: close}.
 */
public final class ErrorResponse {

    /** Up to this size, reading the rest of a body is cheaper for both sides than a new connection. */
    static final long DRAINABLE_BYTES = 64 * 1024;

    private static final long HTTP2_NO_ERROR = 0;

    private static final int ANTHROPIC_OVERLOADED = 529;

    /** Understood by the SDKs of OpenAI and Anthropic. Without it they retry every 408, 409, 429 and 5xx. */
    public static final String SHOULD_RETRY = "x-should-retry";

    private ErrorResponse() {}

    /** Sends the error and keeps the connection if that is safe. */
    public static void send(HttpServerRequest request, GatewayError error, String requestId) {
        send(request, error, requestId, false);
    }

    /** Sends the error and closes the connection, because the start of the next request is not known. */
    public static void sendAndClose(HttpServerRequest request, GatewayError error, String requestId) {
        send(request, error, requestId, true);
    }

    private static void send(HttpServerRequest request, GatewayError error, String requestId, boolean close) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // Too late for a status: a truncated response must look truncated.
            response.reset();
            return;
        }
        ErrorEnvelopes envelope = ErrorEnvelopes.of(
                request.path(), request.getHeader("anthropic-version"), request.getHeader("x-goog-api-key"));
        boolean anthropic = envelope == ErrorEnvelopes.ANTHROPIC;
        response.setStatusCode(status(error, anthropic));
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").putHeader(RequestIds.HEADER, requestId);
        if (anthropic) {
            response.putHeader(RequestIds.ANTHROPIC_HEADER, requestId);
        }
        if (error.retryAfterMillis() >= 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(error.retryAfterMillis(), 1000L)));
            response.putHeader("retry-after-ms", Long.toString(error.retryAfterMillis()));
        }
        if (retryIsFutile(error)) {
            response.putHeader(SHOULD_RETRY, "false");
        }
        // A client that timed out will hardly send the rest of its body.
        boolean stalled = error.kind() == GatewayError.Kind.REQUEST_TIMEOUT;
        boolean abandoned = !request.isEnded() && (stalled || !drainable(request));
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        if (!http2 && (close || abandoned)) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        discardRest(request);
        response.end(Buffers.buffer(envelope.body(error, requestId)));
        if (http2 && abandoned) {
            // RFC 9113, 8.1: the response is complete, the client should stop sending.
            response.reset(HTTP2_NO_ERROR);
        }
    }

    /** Anthropic's clients know an overload by status 529. Source: Anthropic's API reference, errors, read 2026-11. */
    private static int status(GatewayError error, boolean anthropic) {
        boolean overload = error.kind() == Kind.UNAVAILABLE && error.status() == Kind.UNAVAILABLE.status();
        return anthropic && overload ? ANTHROPIC_OVERLOADED : error.status();
    }

    /**
     * Prepares the connection for a response that is sent before its HTTP/1 request is read to the end: the rest is
     * discarded if it is small, otherwise the connection is closed after the response.
     */
    public static void abandonRest(HttpServerRequest request) {
        if (!request.isEnded()) {
            if (!drainable(request)) {
                request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            discardRest(request);
        }
    }

    /** Whether the same request would fail again: exhausted quotas, rejected keys and invalid requests. */
    private static boolean retryIsFutile(GatewayError error) {
        boolean waitingMayHelp = error.status() == 408 || error.status() == 409 || error.status() == 429;
        return error.kind() == GatewayError.Kind.QUOTA_SPENT
                || error.kind() == GatewayError.Kind.PROVIDER_AUTH
                || error.status() / 100 == 4 && !waitingMayHelp;
    }

    private static void discardRest(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.handler(null);
            request.resume();
        }
    }

    private static boolean drainable(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || request.headers().contains(HttpHeaders.EXPECT)) {
            return false; // of unknown length, or perhaps never sent
        }
        if (request.decoderResult().isFailure()) {
            return false; // its Content-Length may be anything
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null || Long.parseLong(length) <= DRAINABLE_BYTES;
    }

    /** The error of a request that was cancelled. */
    public static GatewayError cancelled(CancelCause cause) {
        return switch (cause) {
            case DRAIN ->
                GatewayError.of(
                                Kind.UNAVAILABLE,
                                "Sluice is stopping and could not wait for the end of this response; send the request"
                                        + " again")
                        .withCode("draining");
            case DEADLINE, CLIENT_GONE, HEDGED, UNUSABLE, INTERNAL ->
                GatewayError.of(Kind.UNAVAILABLE, "the request was cancelled: " + cause.label());
        };
    }
}
