package dev.sluice.http.handlers;

import dev.sluice.config.ProviderSettings;
import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.ResponseReview;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.stream.CallerContext;
import dev.sluice.stream.PausedRequest;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/**
 * The handler of {@code /v1/files…} and {@code /v1/batches…}, which are passed on to one provider: the one named by
 * header {@code x-sluice-provider}, otherwise the default of the config, otherwise the only one that offers the
 * resource and that the caller may use. Callers reach only what they own.
 */
public final class ResourceHandler implements Handler<RoutingContext> {

    private static final String PROVIDER = "x-sluice-provider";

    private final ListenerContext listener;
    private final Vertx vertx;
    private final Surface surface;

    public ResourceHandler(ListenerContext listener, Vertx vertx, Surface surface) {
        this.listener = listener;
        this.vertx = vertx;
        this.surface = surface;
    }

    @Override
    public void handle(RoutingContext routing) {
        Exchange exchange = listener.openExchange(vertx, routing, surface);
        HttpServerRequest request = routing.request();
        String provider = provider(request.getHeader(PROVIDER), exchange);
        RoutePlan plan = RequestPipeline.providerPlan(
                exchange,
                provider,
                () -> GatewayError.of(
                                Kind.NOT_FOUND, PROVIDER + " names no provider that is configured and enabled here")
                        .withParam(PROVIDER));
        exchange.context().model = provider + "/*";
        RequestPipeline.requireAllModels(exchange, provider, surface.path() + " of " + provider);
        ResourcePath path = ResourcePath.of(request.uri(), surface);
        OwnedResources resources = new OwnedResources(
                listener, vertx, exchange, surface, plan.targets().getFirst(), path, ClientHeaders.of(request));
        // Its body waits for the check.
        request.pause();
        CallerContext.receive(vertx, resources.checkPath())
                .compose(mayUse -> RelayedBody.of(listener, request, exchange))
                .map(body -> relayed(request, path.tail(), body))
                .compose(relayed -> CallerContext.receive(vertx, resources.checkBody(relayed)))
                .onSuccess(relayed -> {
                    exchange.response().review(new ResponseReview(whole -> resources.review(relayed, whole)));
                    exchange.start(relayed, plan, ClientHeaders.of(request));
                })
                .onFailure(failure -> {
                    PausedRequest.resume(request);
                    RequestPipeline.fail(routing, exchange, failure);
                });
    }

    private ClientRequest relayed(HttpServerRequest request, String tail, RelayedBody body) {
        String type = body.isEmpty() ? null : request.getHeader(HttpHeaders.CONTENT_TYPE);
        return ClientRequest.relayed(
                surface, "*", body.bytes(), new Relay(request.method().name(), tail, type, body.upload(), false));
    }

    /** Never one of several: a file would go to a company that its owner did not choose. */
    private String provider(String named, Exchange exchange) {
        if (named != null) {
            return named;
        }
        ConfigSnapshot snapshot = exchange.snapshot();
        List<String> offering = snapshot.config().providers().entrySet().stream()
                .filter(each ->
                        ProviderSettings.of(each.getKey(), each.getValue()).pathFor(surface, "*") != null)
                .map(Map.Entry::getKey)
                .filter(name -> snapshot.routes().generation(name) >= 0)
                .toList();
        if (offering.isEmpty()) {
            throw new GatewayException(
                    GatewayError.of(Kind.UNSUPPORTED, "no enabled provider offers " + surface.path()));
        }
        String preferred = snapshot.config().server().defaultProvider();
        if (offering.contains(preferred)) {
            return preferred;
        }
        Principal caller = exchange.context().principal;
        List<String> permitted =
                offering.stream().filter(name -> caller.mayUse(name + "/*")).toList();
        if (permitted.size() > 1) {
            throw new GatewayException(GatewayError.invalid(
                    "several providers offer " + surface.path() + " (expected: header " + PROVIDER + " with one of "
                            + String.join(", ", permitted) + ", or server.default_provider in the configuration)",
                    PROVIDER,
                    "provider_required"));
        }
        return permitted.isEmpty() ? offering.getFirst() : permitted.getFirst();
    }
}
