package dev.sluice.http;

import dev.sluice.config.ServerConfig;
import dev.sluice.dialect.ClientDialect;
import dev.sluice.dialect.Dialects;
import dev.sluice.http.edge.BodyReader;
import dev.sluice.http.edge.JsonContent;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Serving;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;

/** Body, validation, plan, dispatch: what a request for an answer goes through after authentication. */
final class CompletionHandler implements Handler<RoutingContext> {

    /** A body larger than this is scanned on a worker thread, so that it holds up nobody else. */
    private static final int SCAN_INLINE = 1024 * 1024;

    private final Desk desk;
    private final Vertx vertx;
    private final ClientDialect dialect;

    CompletionHandler(Desk desk, Vertx vertx, Surface surface) {
        this.desk = desk;
        this.vertx = vertx;
        this.dialect = Dialects.of(surface);
    }

    @Override
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.open(desk, vertx, context, dialect.surface());
        Serving serving = exchange.serving();
        GatewayError unfit = JsonContent.refusal(context.request().headers());
        if (unfit != null) {
            throw new GatewayException(unfit);
        }
        ServerConfig server = serving.config().server();
        BodyReader.read(
                        context.request(),
                        server.maxBody().bytes(),
                        server.timeouts().body().toMillis())
                .compose(this::read)
                .compose(request -> dispatch(context, serving, exchange, request))
                .onFailure(context::fail);
    }

    private Future<ClientRequest> read(ByteSlice body) {
        if (body.length() > SCAN_INLINE) {
            return vertx.executeBlocking(() -> dialect.read(body), false);
        }
        return Future.succeededFuture(dialect.read(body));
    }

    /** Fails with the refusal; otherwise the answer is the exchange's. */
    private static Future<Void> dispatch(
            RoutingContext context, Serving serving, Exchange exchange, ClientRequest request) {
        RequestContext facts = exchange.facts();
        facts.model = request.model();
        facts.stream = request.stream();
        RoutePlan plan = serving.routes().plan(request.model(), ThreadLocalRandom.current());
        Admission.check(facts, plan);
        exchange.begin(request, plan, context.request().headers()::get);
        return Future.succeededFuture();
    }
}
