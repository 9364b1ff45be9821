package dev.sluice.http.handlers;

import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.ResponseReview;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.responses.CompactRequest;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/**
 * The handler of {@code POST /v1/responses/compact}: sends the conversation as a request for a response that compacts
 * it, so that every provider can, and makes the compacted conversation of the response.
 */
public final class CompactHandler implements Handler<RoutingContext> {

    private final RequestPipeline pipeline;

    public CompactHandler(ListenerContext listener, Vertx vertx) {
        this.pipeline = new RequestPipeline(listener, vertx, Surface.RESPONSES, CompactHandler::send);
    }

    @Override
    public void handle(RoutingContext routing) {
        pipeline.run(routing);
    }

    private static Future<Void> send(RoutingContext routing, Exchange exchange, ClientRequest request, RoutePlan plan) {
        CompactRequest compact = CompactRequest.of(request);
        exchange.response()
                .review(new ResponseReview(
                        whole -> Future.succeededFuture(whole.withBody(compact.response(whole.body())))));
        exchange.start(compact.request(), plan, ClientHeaders.of(routing.request()));
        return Future.succeededFuture();
    }
}
