package dev.sluice.http;

import dev.sluice.http.edge.ErrorResponse;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** The failure handler of the data plane: responds with an error in the client's envelope. */
final class FailureHandler implements Handler<RoutingContext> {

    /** Statuses that vertx-web sets when no route, method or media type matches. */
    static final int[] ROUTER_STATUSES = {400, 404, 405, 406, 413, 414, 415, 500};

    private static final long DRAIN_RETRY_MILLIS = 1_000;

    private final ListenerContext listener;

    FailureHandler(ListenerContext listener) {
        this.listener = listener;
    }

    @Override
    public void handle(RoutingContext routing) {
        RequestContext context = RequestContextHandler.of(routing);
        if (context.ended()) {
            return; // the client disconnected while it was sending its body
        }
        GatewayError error = error(routing);
        context.errorCode = error.code();
        if (error.kind() == Kind.INTERNAL && routing.failure() != null) {
            listener.logUnexpected(context, routing.failure());
        }
        ErrorResponse.send(routing.request(), error, context.requestId);
    }

    /** A handler that refuses new requests while the process drains. */
    void refuseWhenDraining(RoutingContext routing) {
        if (listener.lifecycle().draining()) {
            RequestContext context = RequestContextHandler.of(routing);
            GatewayError error = GatewayError.of(Kind.UNAVAILABLE, "Sluice is stopping; try again on a new connection")
                    .withCode("draining")
                    .withRetryAfter(DRAIN_RETRY_MILLIS);
            context.errorCode = error.code();
            ErrorResponse.sendAndClose(routing.request(), error, context.requestId);
        } else {
            routing.next();
        }
    }

    private static GatewayError error(RoutingContext routing) {
        if (routing.failure() instanceof GatewayException refusal) {
            return refusal.error();
        }
        return switch (routing.statusCode()) {
            case 404 ->
                GatewayError.of(
                        Kind.NOT_FOUND,
                        "no such path: " + routing.request().method() + " " + routing.normalizedPath()
                                + expected(routing.normalizedPath()));
            case 405 ->
                GatewayError.of(
                        Kind.METHOD_NOT_ALLOWED,
                        "method " + routing.request().method() + " is not served on " + routing.normalizedPath());
            case 400, 406, 413, 414, 415 ->
                GatewayError.invalid("the request is malformed or not supported on this path", null, "bad_request")
                        .withStatus(routing.statusCode());
            default ->
                GatewayError.of(
                        Kind.INTERNAL,
                        "the request failed inside Sluice; the log of this gateway has the reason, under the request"
                                + " id");
        };
    }

    /** The path that was meant, where base URL and path of the client have the version twice or not at all. */
    private static String expected(String path) {
        String end = path.startsWith("/v1/v1/") ? path.substring("/v1".length()) : "/v1" + path;
        for (Surface surface : Surface.values()) {
            if (surface.path().equals(end)) {
                return " (expected: " + end + ")";
            }
        }
        return "";
    }
}
