package dev.sluice.http.handlers;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.ResponseReview;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.media.VideoId;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.SkippedTarget;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.PausedRequest;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** The handler of {@code GET /v1/videos/{id}} and {@code …/content}. The id names the provider that made the video. */
public final class VideoHandler implements Handler<RoutingContext> {

    private static final int FOUND = 302;

    private final ListenerContext listener;
    private final Vertx vertx;
    private final Surface surface;

    /** @param surface VIDEO or VIDEO_CONTENT */
    public VideoHandler(ListenerContext listener, Vertx vertx, Surface surface) {
        this.listener = listener;
        this.vertx = vertx;
        this.surface = surface;
    }

    @Override
    public void handle(RoutingContext routing) {
        Exchange exchange = listener.openExchange(vertx, routing, surface);
        String signed = routing.pathParam("id");
        VideoId id = new VideoIds(listener.owners().idSecret(), exchange.context().principal).verify(signed);
        exchange.context().model = id.model();
        RoutePlan plan = RequestPipeline.providerPlan(
                exchange,
                id.provider(),
                () -> GatewayError.of(Kind.NOT_FOUND, "the provider of this video is no longer configured here"));
        AccessCheck.requireModel(exchange.context(), plan);
        if (!exchange.context().principal.mayUse(id.provider() + "/*") && !isTargetOfModel(exchange, id)) {
            throw new GatewayException(GatewayError.of(Kind.NOT_FOUND, "no such video"));
        }
        PausedRequest.resume(routing.request());
        if (!id.link()) {
            if (surface == Surface.VIDEO) {
                exchange.response()
                        .review(new ResponseReview(whole -> Future.succeededFuture(
                                whole.withBody(VideoId.replaceId(whole.body(), own -> signed)))));
            } else {
                exchange.response().review(new ResponseReview(whole -> redirectChecked(routing, whole)));
            }
            exchange.start(id.request(surface), plan, ClientHeaders.of(routing.request()));
        } else if (surface == Surface.VIDEO_CONTENT) {
            redirect(routing, exchange, id);
        } else {
            routing.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(RequestIds.HEADER, exchange.context().requestId)
                    .end(Buffers.buffer(VideoId.replaceId(id.completed(), own -> signed)));
        }
    }

    private static void redirect(RoutingContext routing, Exchange exchange, VideoId id) {
        requireNoKeyToDisclose(routing);
        routing.response()
                .setStatusCode(FOUND)
                .putHeader(HttpHeaders.LOCATION, id.value())
                .putHeader(RequestIds.HEADER, exchange.context().requestId)
                .end();
    }

    private static Future<ProviderReply.Complete> redirectChecked(
            RoutingContext routing, ProviderReply.Complete response) {
        if (response.location() != null) {
            requireNoKeyToDisclose(routing);
        }
        return Future.succeededFuture(response);
    }

    /**
     * Sluice does not fetch the content, because the provider chooses the link. Clients that follow a redirect to
     * another host leave out {@code Authorization} and send other headers along.
     */
    private static void requireNoKeyToDisclose(RoutingContext routing) {
        if (ApiKeyHandler.hasKeyOutsideAuthorization(routing.request().headers())) {
            throw new GatewayException(GatewayError.invalid(
                    "the content of this video is on another host; clients that follow the redirect send the headers"
                        + " x-api-key, x-goog-api-key and api-key there (expected: the key in Authorization: Bearer)",
                    null,
                    "key_would_be_disclosed"));
        }
    }

    /** The id is the client's input: the provider it names must be a target of the model it names. */
    private static boolean isTargetOfModel(Exchange exchange, VideoId id) {
        RoutePlan plan = exchange.snapshot().routes().plan(id.model(), ThreadLocalRandom.current());
        return plan != null
                && Stream.concat(
                                plan.targets().stream(), plan.skipped().stream().map(SkippedTarget::target))
                        .anyMatch(target -> target.provider().equals(id.provider()));
    }
}
