package dev.sluice.http.edge;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;

/** The error for a request head that could not be decoded. Never quotes the request, because headers contain keys. */
final class HeadFault {

    private HeadFault() {}

    static GatewayError errorOf(Throwable cause, HttpServerRequest request) {
        if (cause instanceof GatewayException refusal) {
            return refusal.error();
        }
        if (cause instanceof TooLongHttpLineException) {
            return GatewayError.invalid(
                            "request line too long (limit: " + ServerSettings.MAX_REQUEST_LINE_BYTES + " bytes)",
                            null,
                            "uri_too_long")
                    .withStatus(414);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return GatewayError.invalid(
                            "headers too large (limit: " + ServerSettings.MAX_HEADER_BYTES + " bytes)",
                            null,
                            "headers_too_large")
                    .withStatus(431);
        }
        // The decoder's message may quote the request, so the fields read so far are used.
        if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return GatewayError.invalid(
                    "invalid Transfer-Encoding (expected: chunked, alone, over HTTP/1.1, without Content-Length)",
                    null,
                    "bad_framing");
        }
        if (request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return GatewayError.invalid(
                    "invalid request head (Content-Length: expected once, digits only)", null, "bad_framing");
        }
        return GatewayError.invalid("malformed request line or header", null, "bad_request");
    }
}
