package dev.sluice.http.handlers;

import dev.sluice.http.edge.RequestTarget;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.RelayedModel;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * The handler of {@code /passthrough/{provider}/…}: a provider's own API behind the keys, limits, breaker and log of
 * Sluice. The path after the provider's name is appended to its {@code base_url}. Bodies pass unchanged both ways,
 * error responses included.
 */
public final class PassthroughHandler implements Handler<RoutingContext> {

    private static final String PREFIX = Surface.PASSTHROUGH.path() + "/";

    private final ListenerContext listener;
    private final Vertx vertx;

    public PassthroughHandler(ListenerContext listener, Vertx vertx) {
        this.listener = listener;
        this.vertx = vertx;
    }

    @Override
    public void handle(RoutingContext routing) {
        Exchange exchange = listener.openExchange(vertx, routing, Surface.PASSTHROUGH);
        HttpServerRequest request = routing.request();
        String path = RequestTarget.tail(request.uri(), PREFIX);
        int slash = path.indexOf('/');
        if (slash < 0) {
            throw new GatewayException(GatewayError.of(
                    Kind.NOT_FOUND, "the path ends after the provider's name (expected: /passthrough/PROVIDER/PATH)"));
        }
        String provider = path.substring(0, slash);
        String tail = path.substring(slash);
        RoutePlan plan = RequestPipeline.providerPlan(
                exchange,
                provider,
                () -> GatewayError.of(
                        Kind.NOT_FOUND,
                        "the path names no provider that is configured and enabled here"
                                + " (expected: /passthrough/PROVIDER/PATH)"));
        RequestPipeline.requireAllModels(exchange, provider, PREFIX + provider);
        RequestPipeline.relay(listener, routing, exchange, plan, body -> relayed(request, tail, body));
    }

    private static ClientRequest relayed(HttpServerRequest request, String tail, RelayedBody body) {
        Relay relay = new Relay(
                request.method().name(), tail, request.getHeader(HttpHeaders.CONTENT_TYPE), body.upload(), true);
        return ClientRequest.relayed(
                Surface.PASSTHROUGH, RelayedModel.of(relay.path(), body.bytes()), body.bytes(), relay);
    }
}
