package dev.sluice.http.handlers;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.config.ProviderSettings;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/**
 * {@code /v1/files…} and {@code /v1/batches…}: passed on unread to the one provider that keeps them. Which one that is,
 * header {@code x-sluice-provider} says; without it, the first provider of the config that offers them.
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
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.open(listener, vertx, context, surface);
        HttpServerRequest request = context.request();
        String provider = provider(request.getHeader(PROVIDER), exchange.snapshot());
        RoutePlan plan = exchange.snapshot().routes().provider(provider);
        if (plan == null) {
            throw new GatewayException(
                    GatewayError.of(Kind.NOT_FOUND, PROVIDER + " names no provider that is enabled here")
                            .withParam(PROVIDER));
        }
        exchange.context().model = provider + "/*";
        // What a file or a batch is for is not read: only who may ask for all, may ask.
        if (!ApiKeyHandler.principal(context).mayUse(provider + "/*")) {
            throw new GatewayException(GatewayError.of(
                    Kind.PERMISSION,
                    "key " + exchange.context().principal.id() + " may not use " + surface.path() + " of " + provider
                            + " (expected: models of the key that cover " + provider + "/*)"));
        }
        String tail = request.uri()
                .substring(
                        request.uri().indexOf(surface.path()) + surface.path().length());
        RelayedBody.of(listener, request, exchange)
                .map(body -> relayed(request, tail, body))
                .onSuccess(relayed -> exchange.start(relayed, plan, request.headers()::get))
                .onFailure(context::fail);
    }

    private ClientRequest relayed(HttpServerRequest request, String tail, RelayedBody body) {
        String type = body.isEmpty() ? null : request.getHeader(HttpHeaders.CONTENT_TYPE);
        return ClientRequest.relayed(
                surface, "*", body.bytes(), new Relay(request.method().name(), tail, type, body.upload(), false));
    }

    private String provider(String named, ConfigSnapshot snapshot) {
        if (named != null) {
            return named;
        }
        List<String> offering = snapshot.config().providers().entrySet().stream()
                .filter(each ->
                        ProviderSettings.of(each.getKey(), each.getValue()).pathFor(surface, "*") != null)
                .map(Map.Entry::getKey)
                .filter(name -> snapshot.routes().generation(name) >= 0)
                .toList();
        if (offering.isEmpty()) {
            throw new GatewayException(GatewayError.of(Kind.UNSUPPORTED, "no provider here offers " + surface.path()));
        }
        return offering.getFirst();
    }
}
