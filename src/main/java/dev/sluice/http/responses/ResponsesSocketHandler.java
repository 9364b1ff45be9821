package dev.sluice.http.responses;

import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.edge.SocketFrameDecoder;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * The handler of {@code GET /v1/responses}: accepts a WebSocket of a caller that may use the endpoint. Its access line
 * has status 101; each response on it has one of its own.
 */
public final class ResponsesSocketHandler implements Handler<RoutingContext> {

    private final ListenerContext listener;
    private final Vertx vertx;
    private final Handler<HttpServerRequest> requests;

    /** @param requests receives each event of a client as a request of its own */
    public ResponsesSocketHandler(ListenerContext listener, Vertx vertx, Handler<HttpServerRequest> requests) {
        this.listener = listener;
        this.vertx = vertx;
        this.requests = requests;
    }

    /**
     * Refuses other requests than handshakes of WebSockets, with or without a key: with 405, or with 426 if a proxy has
     * removed the header of a handshake. Codex continues over HTTP without further attempts only after 426.
     */
    public static void requireHandshake(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if ("websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            routing.next();
            return;
        }
        if (request.headers().contains("sec-websocket-key")) {
            throw new GatewayException(GatewayError.invalid(
                            Surface.RESPONSES.path() + " was requested as a WebSocket without the header Upgrade:"
                                    + " websocket (expected: that header, which proxies remove, or POST over HTTP)",
                            null,
                            "upgrade_required")
                    .withStatus(426));
        }
        routing.response().putHeader(HttpHeaders.ALLOW, "POST");
        routing.fail(405);
    }

    @Override
    public void handle(RoutingContext routing) {
        RequestContext context = AccessCheck.authorize(routing, Surface.RESPONSES);
        HttpServerRequest request = routing.request();
        routing.response().putHeader(RequestIds.HEADER, context.requestId);
        ResponsesSocket socket = new ResponsesSocket(listener, vertx, request, context.principal, requests);
        request.toWebSocket().onComplete(accepted -> {
            if (accepted.failed()) {
                routing.fail(400, accepted.cause());
                return;
            }
            SocketFrameDecoder.install(request);
            RequestContextHandler.socketEnded(listener, context);
            socket.open(accepted.result());
        });
    }
}
