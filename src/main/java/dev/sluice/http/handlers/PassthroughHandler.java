package dev.sluice.http.handlers;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /passthrough/{provider}/…}: a provider's own API behind our keys, limits, breaker and log. What follows the
 * provider's name is appended to its {@code base_url}; bytes pass both ways as they are, refusals among them.
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
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.open(listener, vertx, context, Surface.PASSTHROUGH);
        String uri = context.request().uri();
        int from = uri.indexOf(PREFIX) + PREFIX.length();
        int slash = uri.indexOf('/', from);
        if (slash < 0) {
            throw refuse(
                    Kind.NOT_FOUND,
                    "a path of the provider's must follow its name (expected: /passthrough/PROVIDER/…)");
        }
        String provider = uri.substring(from, slash);
        String tail = uri.substring(slash);
        RoutePlan plan = exchange.snapshot().routes().provider(provider);
        if (plan == null) {
            throw refuse(Kind.NOT_FOUND, "no provider of that name is enabled here");
        }
        // What is asked for may stand anywhere in a body or a path that is not read: only who may ask all, may ask.
        if (!ApiKeyHandler.principal(context).mayUse(provider + "/*")) {
            throw refuse(
                    Kind.PERMISSION,
                    "key " + exchange.context().principal.id() + " may not use " + PREFIX + provider
                            + " (expected: models of the key that cover " + provider + "/*)");
        }
        RelayedBody.of(listener, context.request(), exchange)
                .map(body -> relayed(context.request(), tail, body))
                .onSuccess(request ->
                        exchange.start(request, plan, context.request().headers()::get))
                .onFailure(context::fail);
    }

    private static ClientRequest relayed(HttpServerRequest request, String tail, RelayedBody body) {
        return ClientRequest.relayed(
                Surface.PASSTHROUGH,
                "*",
                body.bytes(),
                new Relay(
                        request.method().name(),
                        tail,
                        request.getHeader(HttpHeaders.CONTENT_TYPE),
                        body.upload(),
                        true));
    }

    private static GatewayException refuse(Kind kind, String message) {
        return new GatewayException(GatewayError.of(kind, message));
    }
}
