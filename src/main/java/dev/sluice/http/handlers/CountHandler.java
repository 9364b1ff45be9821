package dev.sluice.http.handlers;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.SluiceConfig;
import dev.sluice.http.body.BodyReader;
import dev.sluice.http.body.JsonContent;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.request.RequestLimitCheck;
import dev.sluice.protocol.request.SluiceMember;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import dev.sluice.protocol.tokens.TokenCount;
import dev.sluice.protocol.tokens.TokenCounter;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How many tokens a request would cost: asked of the first target that counts itself, else counted here, where
 * {@code x-sluice-estimated: true} says that the provider may count otherwise. Either is one request to the caller's
 * limits; only the former is an attempt, and a row of the ledger.
 */
public final class CountHandler implements Handler<RoutingContext> {

    /** No prompt takes as long to count. */
    private static final long LONGEST_MILLIS = 60_000;

    private static final String ESTIMATED = "x-sluice-estimated";

    private final ListenerContext listener;
    private final Vertx vertx;
    private final Surface surface;

    /** @param surface COUNT_TOKENS or INPUT_TOKENS */
    public CountHandler(ListenerContext listener, Vertx vertx, Surface surface) {
        this.listener = listener;
        this.vertx = vertx;
        this.surface = surface;
    }

    @Override
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.open(listener, vertx, context, surface);
        GatewayError unfit = JsonContent.refusal(context.request().headers());
        if (unfit != null) {
            throw new GatewayException(unfit);
        }
        var server = exchange.snapshot().config().server();
        BodyReader.read(
                        context.request(),
                        server.maxBody().bytes(),
                        server.timeouts().body().toMillis(),
                        listener.bodyWatchdog())
                .map(body -> SluiceMember.without(Protocols.read(surface, body)))
                .compose(request -> count(context, exchange, request))
                .onFailure(context::fail);
    }

    private Future<Void> count(RoutingContext context, Exchange exchange, ClientRequest asked) {
        exchange.context().model = asked.model();
        RoutePlan plan = exchange.snapshot().routes().plan(asked.model(), ThreadLocalRandom.current());
        AccessCheck.requireModel(exchange.context(), plan);
        SluiceConfig config = exchange.snapshot().config();
        RequestLimitCheck.check(asked, config.server().requestLimits());
        Sanitizer rules =
                plan.settings() == null ? null : Sanitizer.of(plan.settings().sanitize());
        SanitizerFindings findings = rules == null ? null : new SanitizerFindings();
        exchange.context().sanitized = findings;
        // A provider that counts itself sees the prompt, too.
        ClientRequest request = rules == null ? asked : rules.prompt(asked, findings);
        List<Target> counting = plan.targets().stream()
                .filter(target -> countsItself(config, target))
                .toList();
        if (!counting.isEmpty()) {
            exchange.start(request, plan.with(counting), context.request().headers()::get);
            return Future.succeededFuture();
        }
        exchange.reserve(request, plan, LONGEST_MILLIS);
        String model = plan.targets().getFirst().model();
        // The first use of an encoding reads it from the jar, and a long prompt takes long.
        return vertx.executeBlocking(
                        () -> TokenCounter.of(
                                model, Protocols.of(surface.counted()).decode(request)),
                        false)
                .map(count -> answer(context, exchange, count));
    }

    private boolean countsItself(SluiceConfig config, Target target) {
        var provider = config.providers().get(target.provider());
        return Protocols.countsItself(ProviderSettings.of(target.provider(), provider), surface, target.model());
    }

    private Void answer(RoutingContext context, Exchange exchange, TokenCount count) {
        exchange.release();
        if (!context.response().closed()) {
            String object = surface == Surface.INPUT_TOKENS ? "\"object\":\"response.input_tokens\"," : "";
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(RequestIds.HEADER, exchange.context().requestId)
                    .putHeader(ESTIMATED, Boolean.toString(count.estimated()))
                    .end("{" + object + "\"input_tokens\":" + count.tokens() + "}");
        }
        return null;
    }
}
