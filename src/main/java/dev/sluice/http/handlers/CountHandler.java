package dev.sluice.http.handlers;

import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.tokens.TokenCount;
import dev.sluice.protocol.tokens.TokenCounter;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * The handler of token counts. The request is sent to the first target, whose count it is about, and to those after it,
 * as long as their providers count tokens. If the first does not, Sluice counts for its model, and
 * {@code x-sluice-estimated} states whether the provider's own count may differ. Either way it is one request against
 * the caller's limits; only a request that is sent to a provider is an attempt and a row of the ledger.
 */
public final class CountHandler implements Handler<RoutingContext> {

    /** How long a reservation is kept for a count by Sluice: far longer than any prompt takes. */
    private static final long LONGEST_MILLIS = 60_000;

    private static final String ESTIMATED = "x-sluice-estimated";

    private final Surface surface;
    private final RequestPipeline pipeline;
    private final WorkerPool workers;

    /** @param surface one that counts tokens */
    public CountHandler(ListenerContext listener, Vertx vertx, Surface surface) {
        this.surface = surface;
        this.pipeline = new RequestPipeline(listener, vertx, surface, this::count);
        this.workers = WorkerPool.of(vertx, WorkerPool.Purpose.COUNTING);
    }

    @Override
    public void handle(RoutingContext routing) {
        pipeline.run(routing);
    }

    private Future<Void> count(RoutingContext routing, Exchange exchange, ClientRequest request, RoutePlan plan) {
        RouteTable routes = exchange.snapshot().routes();
        List<Target> counting = plan.targets().stream()
                .takeWhile(target -> countsItself(routes, target))
                .toList();
        if (!counting.isEmpty()) {
            exchange.start(request, plan.withTargets(counting), ClientHeaders.of(routing.request()));
            return Future.succeededFuture();
        }
        if (routing.response().closed()) {
            return Future.succeededFuture();
        }
        exchange.reserve(request, plan, LONGEST_MILLIS);
        String model = plan.targets().getFirst().model();
        // The first use of an encoding loads it from the jar, and counting a long prompt is slow.
        return workers.admit(() -> routing.response().closed() ? null : count(model, request))
                .map(count -> respond(routing, exchange, count));
    }

    private TokenCount count(String model, ClientRequest request) {
        return TokenCounter.of(model, Protocols.of(surface.counted()).decode(request));
    }

    private boolean countsItself(RouteTable routes, Target target) {
        return Protocols.hasTokenCounting(routes.settings(target.provider()), surface, target.model());
    }

    private Void respond(RoutingContext routing, Exchange exchange, TokenCount count) {
        exchange.response().release();
        if (count != null && !routing.response().closed()) {
            routing.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(RequestIds.HEADER, exchange.context().requestId)
                    .putHeader(ESTIMATED, Boolean.toString(count.estimated()))
                    .end(
                            switch (surface) {
                                case INPUT_TOKENS ->
                                    "{\"object\":\"response.input_tokens\",\"input_tokens\":" + count.tokens() + "}";
                                case GENERATE_COUNT -> "{\"totalTokens\":" + count.tokens() + "}";
                                default -> "{\"input_tokens\":" + count.tokens() + "}";
                            });
        }
        return null;
    }
}
