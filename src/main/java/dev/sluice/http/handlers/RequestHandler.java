package dev.sluice.http.handlers;

import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.ResponseReview;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** The handler of requests whose body names a model: conversations and media. Sends them along their plan. */
public final class RequestHandler implements Handler<RoutingContext> {

    private final ListenerContext listener;
    private final RequestPipeline pipeline;

    public RequestHandler(ListenerContext listener, Vertx vertx, Surface surface) {
        this.listener = listener;
        this.pipeline = new RequestPipeline(
                listener, vertx, surface, surface == Surface.VIDEOS ? this::sendVideo : RequestHandler::send);
    }

    @Override
    public void handle(RoutingContext routing) {
        pipeline.run(routing);
    }

    /** The id of a new video is signed for its owner. */
    private Future<Void> sendVideo(RoutingContext routing, Exchange exchange, ClientRequest request, RoutePlan plan) {
        VideoIds ids = new VideoIds(listener.owners().idSecret(), exchange.context().principal);
        exchange.response()
                .review(new ResponseReview(whole -> Future.succeededFuture(whole.withBody(ids.sign(whole.body())))));
        return send(routing, exchange, request, plan);
    }

    private static Future<Void> send(RoutingContext routing, Exchange exchange, ClientRequest request, RoutePlan plan) {
        exchange.start(request, plan, ClientHeaders.of(routing.request()));
        return Future.succeededFuture();
    }
}
