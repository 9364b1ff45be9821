package dev.sluice.http.edge;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.EXPECT;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_KEY1;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import dev.sluice.http.body.BodyReader;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.HeaderText;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The first handler of every request. It refuses requests whose framing, host or path another parser could read
 * differently (request smuggling, RFC 9112, 11.2), and those that could not be served anyway. A connection of doubtful
 * framing is closed with the refusal.
 */
public final class EdgeGuard implements Handler<HttpServerRequest> {

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private static final String MULTIPART = "multipart/form-data";

    private final RequestTarget target;
    private final LongSupplier maxBody;
    private final String maxBodySetting;
    private final RefusalListener refusals;
    private final Handler<HttpServerRequest> next;

    /** Called for each refusal, because refused requests do not reach the handler that writes the access log. */
    @FunctionalInterface
    public interface RefusalListener {
        void refused(HttpServerRequest request, GatewayError error, String requestId);
    }

    /** An error and whether the connection must be closed after it. */
    private record Refusal(GatewayError error, boolean close) {

        static Refusal keep(String message, String code) {
            return new Refusal(GatewayError.invalid(message, null, code), false);
        }

        static Refusal close(String message, String code) {
            return new Refusal(GatewayError.invalid(message, null, code), true);
        }
    }

    private EdgeGuard(
            RequestTarget target,
            LongSupplier maxBody,
            String maxBodySetting,
            RefusalListener refusals,
            Handler<HttpServerRequest> next) {
        this.target = target;
        this.maxBody = maxBody;
        this.maxBodySetting = maxBodySetting;
        this.refusals = refusals;
        this.next = next;
    }

    /**
     * The guard of the data plane.
     *
     * @param opaqueTails path prefixes after which {@code %2F} is part of a name, such as {@code /v1/models/}
     * @param maxBody maximum body in bytes, read for each request
     * @param next the router
     */
    public static EdgeGuard ofDataPlane(
            List<String> opaqueTails, LongSupplier maxBody, RefusalListener refusals, Handler<HttpServerRequest> next) {
        return new EdgeGuard(new RequestTarget(opaqueTails), maxBody, "server.max_body", refusals, next);
    }

    /**
     * The guard of the admin listener. It refuses absolute targets: no client needs one without a proxy, and the
     * listener is for this machine only. Refusals are not recorded.
     *
     * @param opaqueTails path prefixes after which {@code %2F} is part of a name
     * @param maxBody maximum body in bytes
     * @param next the router
     */
    public static EdgeGuard ofAdmin(List<String> opaqueTails, long maxBody, Handler<HttpServerRequest> next) {
        return new EdgeGuard(
                new RequestTarget(opaqueTails, false), () -> maxBody, null, (request, error, id) -> {}, next);
    }

    @Override
    public void handle(HttpServerRequest request) {
        Refusal refusal = check(request);
        if (refusal == null) {
            next.handle(request);
        } else {
            refuse(request, refusal);
        }
    }

    /**
     * For {@code HttpServer.invalidRequestHandler}: the head could not be decoded, so the connection is closed after
     * the response.
     */
    public void handleInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (!(cause instanceof PrematureChannelClosureException)) {
            refuse(request, new Refusal(HeadFault.errorOf(cause, request), true));
        }
    }

    private void refuse(HttpServerRequest request, Refusal refusal) {
        String requestId = RequestIds.of(request);
        if (refusal.close) {
            ErrorResponse.sendAndClose(request, refusal.error, requestId);
        } else {
            ErrorResponse.send(request, refusal.error, requestId);
        }
        refusals.refused(request, refusal.error, requestId);
    }

    private Refusal check(HttpServerRequest request) {
        Refusal refusal =
                request.version() == HttpVersion.HTTP_2 ? checkFields(request.headers()) : checkFraming(request);
        if (refusal == null) {
            refusal = checkMethod(request);
        }
        if (refusal == null) {
            refusal = checkHost(request);
        }
        if (refusal == null) {
            refusal = checkTarget(request);
        }
        if (refusal == null) {
            refusal = checkExpectation(request);
        }
        return refusal == null ? checkLength(request) : refusal;
    }

    /** For HTTP/2. Over HTTP/1, {@link StrictHttpDecoder} and Netty check this while decoding. */
    private static Refusal checkFields(MultiMap headers) {
        String length = headers.get(CONTENT_LENGTH);
        if (length != null && !LENGTH.matcher(length).matches()) {
            return Refusal.keep("invalid Content-Length (expected: digits)", "bad_framing");
        }
        int fields = 0;
        for (Map.Entry<String, String> field : headers) {
            if (++fields > ServerSettings.MAX_HEADER_FIELDS) {
                return new Refusal(StrictHttpDecoder.tooManyFields(), false);
            }
            if (!HeaderText.isValid(field.getValue())) {
                return Refusal.keep("a header value has a control character", "bad_request");
            }
        }
        return null;
    }

    private static Refusal checkFraming(HttpServerRequest request) {
        MultiMap headers = request.headers();
        List<String> codings = headers.getAll(TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            boolean chunkedAlone = codings.size() == 1 && "chunked".equalsIgnoreCase(codings.get(0));
            if (!chunkedAlone || headers.contains(CONTENT_LENGTH) || request.version() != HttpVersion.HTTP_1_1) {
                return Refusal.close(
                        "invalid Transfer-Encoding (expected: chunked, alone, over HTTP/1.1, without Content-Length)",
                        "bad_framing");
            }
        }
        // Netty takes 8 bytes after such a request for its body (a WebSocket draft of 2010); no other parser does.
        if (headers.contains(SEC_WEBSOCKET_KEY1)) {
            return Refusal.close(
                    "header Sec-WebSocket-Key1 is not supported (expected: WebSocket version 13)", "bad_framing");
        }
        return null;
    }

    private static Refusal checkMethod(HttpServerRequest request) {
        return switch (request.method().name()) {
            case "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> null;
            case "GET", "HEAD" ->
                hasBody(request.headers()) ? Refusal.close("GET and HEAD must not have a body", "bad_framing") : null;
            case "CONNECT" -> methodRefusal(request, true);
            default -> methodRefusal(request, false);
        };
    }

    private static Refusal methodRefusal(HttpServerRequest request, boolean close) {
        request.response().putHeader(HttpHeaders.ALLOW, METHODS);
        return new Refusal(
                GatewayError.of(Kind.METHOD_NOT_ALLOWED, "method not supported (expected: " + METHODS + ")"), close);
    }

    private static boolean hasBody(MultiMap headers) {
        String length = headers.get(CONTENT_LENGTH);
        return headers.contains(TRANSFER_ENCODING) || length != null && !length.equals("0");
    }

    private static Refusal checkHost(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            // Vert.x has checked its grammar and that it equals a Host header.
            return request.authority() == null
                    ? Refusal.keep("missing :authority (expected: name or address, optional port)", "bad_host")
                    : null;
        }
        List<String> hosts = request.headers().getAll(HOST);
        if (hosts.isEmpty()) {
            // HTTP/1.0 has no Host; old health checks use it.
            return request.version() == HttpVersion.HTTP_1_0
                    ? null
                    : Refusal.close("missing Host header (expected: one)", "bad_host");
        }
        if (hosts.size() > 1) {
            return Refusal.close("several Host headers (expected: one)", "bad_host");
        }
        String host = hosts.get(0);
        if (!HostHeader.valid(host)) {
            return Refusal.close("invalid Host header (expected: name or address, optional port)", "bad_host");
        }
        String authority = RequestTarget.authorityOf(request.uri());
        return authority == null || authority.equalsIgnoreCase(host)
                ? null
                : Refusal.close("request target and Host header name different hosts", "bad_host");
    }

    private Refusal checkTarget(HttpServerRequest request) {
        String flaw = target.flaw(request.uri());
        return flaw == null ? null : Refusal.keep("request target " + flaw, "bad_path");
    }

    private static Refusal checkExpectation(HttpServerRequest request) {
        String expectation = request.getHeader(EXPECT);
        if (expectation == null || "100-continue".equalsIgnoreCase(expectation)) {
            return null;
        }
        return new Refusal(
                GatewayError.invalid("Expect not supported (expected: 100-continue)", null, "expectation_failed")
                        .withStatus(417),
                false);
    }

    private Refusal checkLength(HttpServerRequest request) {
        String length = request.getHeader(CONTENT_LENGTH);
        if (length == null || Long.parseLong(length) <= maxBody.getAsLong()) {
            return null;
        }
        // Uploads have their own limit, enforced by Spool.
        return isUpload(request) ? null : new Refusal(BodyReader.tooLarge(maxBody.getAsLong(), maxBodySetting), true);
    }

    private static boolean isUpload(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
    }
}
