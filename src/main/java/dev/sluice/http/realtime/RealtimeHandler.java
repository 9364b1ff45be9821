package dev.sluice.http.realtime;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.SocketCall;
import dev.sluice.http.exchange.Admission;
import dev.sluice.http.exchange.Desk;
import dev.sluice.http.exchange.Facts;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Serving;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * {@code GET /v1/realtime?model=…}: a WebSocket to a provider's realtime API. The provider's side is opened first,
 * along the plan, so that a failure there is still an HTTP answer to the client; then a {@link SocketRelay} joins the
 * two. What happens to it until its end is its {@link RealtimeSession}'s.
 */
public final class RealtimeHandler implements Handler<RoutingContext> {

    private final Desk desk;
    private final Vertx vertx;
    private final ApiKeyHandler keys;

    public RealtimeHandler(Desk desk, Vertx vertx, ApiKeyHandler keys) {
        this.desk = desk;
        this.vertx = vertx;
        this.keys = keys;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        RequestContext facts = Facts.of(context);
        facts.surface = Surface.REALTIME;
        facts.principal = ApiKeyHandler.principal(context);
        Admission.surface(facts);
        facts.stream = true;
        if (!"websocket".equalsIgnoreCase(request.getHeader("upgrade"))) {
            throw refuse(GatewayError.invalid(
                            "/v1/realtime speaks WebSocket (expected: Upgrade: websocket)", null, "upgrade_required")
                    .withStatus(426));
        }
        Serving serving = desk.live().enter();
        RealtimeSession session;
        try {
            session = new RealtimeSession(desk, vertx, keys, context, serving, facts, plan(context, serving, facts));
        } catch (RuntimeException refusal) {
            serving.leave();
            throw refusal;
        }
        session.open(call(request, facts));
    }

    private static RoutePlan plan(RoutingContext context, Serving serving, RequestContext facts) {
        List<String> models = context.queryParam("model");
        if (models.size() != 1 || !ModelName.isValid(models.get(0))) {
            throw refuse(GatewayError.invalid(
                    "Missing or invalid query parameter 'model' (expected: one model name).",
                    "model",
                    "invalid_value"));
        }
        facts.model = models.get(0);
        RoutePlan plan = serving.routes().plan(facts.model, ThreadLocalRandom.current());
        Admission.check(facts, plan);
        return plan;
    }

    private static SocketCall call(HttpServerRequest request, RequestContext facts) {
        String offered = request.getHeader("sec-websocket-protocol");
        List<String> protocols = offered == null
                ? List.of()
                : Stream.of(offered.split(",", -1))
                        .map(String::strip)
                        .filter("realtime"::equals)
                        .toList();
        return new SocketCall(facts.requestId, null, request.headers()::get, protocols);
    }

    private static GatewayException refuse(GatewayError error) {
        return new GatewayException(error);
    }
}
