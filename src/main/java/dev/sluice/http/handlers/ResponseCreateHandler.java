package dev.sluice.http.handlers;

import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.protocol.responses.WarmUpResponse;
import dev.sluice.route.RoutePlan;
import dev.sluice.stream.Buffers;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * The handler of the requests that come over a WebSocket of the Responses API. A warm-up ({@code generate: false}) is
 * one request against the caller's limits; Sluice responds to it, and it is no attempt.
 */
public final class ResponseCreateHandler implements Handler<RoutingContext> {

    /** How long the reservation of a warm-up is kept at most. */
    private static final long WARM_UP_MILLIS = 10_000;

    private final RequestPipeline pipeline;

    public ResponseCreateHandler(ListenerContext listener, Vertx vertx) {
        this.pipeline = new RequestPipeline(listener, vertx, Surface.RESPONSES, ResponseCreateHandler::send);
    }

    @Override
    public void handle(RoutingContext routing) {
        pipeline.run(routing);
    }

    private static Future<Void> send(RoutingContext routing, Exchange exchange, ClientRequest request, RoutePlan plan) {
        if (!WarmUpResponse.isWanted(request)) {
            exchange.start(request, plan, ClientHeaders.of(routing.request()));
        } else if (!routing.response().closed()) {
            exchange.reserve(request, plan, WARM_UP_MILLIS);
            exchange.response().release();
            RequestContext context = exchange.context();
            routing.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .putHeader(RequestIds.HEADER, context.requestId)
                    .end(Buffers.buffer(
                            WarmUpResponse.events(request, context.requestId, context.startEpochMillis / 1000)));
        }
        return Future.succeededFuture();
    }
}
