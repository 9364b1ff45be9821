package dev.sluice.http;

import dev.sluice.http.edge.ErrorResponse;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Last in the chain: whatever went wrong before an answer began becomes an error in the client's envelope. */
final class FailureHandler implements Handler<RoutingContext> {

    /** What vertx-web answers by itself when no route, method or media type fits. */
    static final int[] ROUTER_STATUSES = {400, 404, 405, 406, 413, 414, 415, 500};

    private static final long DRAIN_RETRY_MILLIS = 1_000;

    private final ListenerContext listener;

    FailureHandler(ListenerContext listener) {
        this.listener = listener;
    }

    @Override
    public void handle(RoutingContext context) {
        RequestContext facts = RequestContextHandler.of(context);
        if (facts.ended()) {
            return; // a client that went away while it sent its body
        }
        GatewayError error = error(context);
        facts.errorCode = error.code();
        if (error.kind() == Kind.INTERNAL && context.failure() != null) {
            listener.logUnexpected(facts, context.failure());
        }
        if (error.kind() == Kind.METHOD_NOT_ALLOWED) {
            context.response().putHeader(HttpHeaders.ALLOW, allowed(context.normalizedPath()));
        }
        ErrorResponse.send(context.request(), error, facts.requestId);
    }

    /** A handler: while the process drains, new work goes elsewhere at once. */
    void refuseWhenDraining(RoutingContext context) {
        if (listener.lifecycle().draining()) {
            RequestContext facts = RequestContextHandler.of(context);
            GatewayError error = GatewayError.of(Kind.UNAVAILABLE, "Sluice is stopping; try again on a new connection")
                    .withCode("draining")
                    .withRetryAfter(DRAIN_RETRY_MILLIS);
            facts.errorCode = error.code();
            ErrorResponse.sendAndClose(context.request(), error, facts.requestId);
        } else {
            context.next();
        }
    }

    /** For a path that is known, or there would be no 405. */
    private static String allowed(String path) {
        for (Surface surface : Protocols.surfaces()) {
            if (surface.path().equals(path)) {
                return "POST";
            }
        }
        return "GET, HEAD";
    }

    private static GatewayError error(RoutingContext context) {
        if (context.failure() instanceof GatewayException refusal) {
            return refusal.error();
        }
        return switch (context.statusCode()) {
            case 404 ->
                GatewayError.of(
                        Kind.NOT_FOUND, "no such path: " + context.request().method() + " " + context.normalizedPath());
            case 405 ->
                GatewayError.of(
                        Kind.METHOD_NOT_ALLOWED,
                        "method " + context.request().method() + " is not served on " + context.normalizedPath());
            case 400, 406, 413, 414, 415 ->
                GatewayError.invalid("the request cannot be served", null, "bad_request")
                        .withStatus(context.statusCode());
            default -> GatewayError.of(Kind.INTERNAL, "something went wrong inside Sluice");
        };
    }
}
