package dev.sluice.http.realtime;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.SocketCall;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
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

    private final ListenerContext listener;
    private final Vertx vertx;
    private final ApiKeyHandler keys;

    public RealtimeHandler(ListenerContext listener, Vertx vertx, ApiKeyHandler keys) {
        this.listener = listener;
        this.vertx = vertx;
        this.keys = keys;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        RequestContext facts = AccessCheck.authorize(context, Surface.REALTIME);
        facts.stream = true;
        if (!"websocket".equalsIgnoreCase(request.getHeader("upgrade"))) {
            throw refuse(GatewayError.invalid(
                            "/v1/realtime speaks WebSocket (expected: Upgrade: websocket)", null, "upgrade_required")
                    .withStatus(426));
        }
        ConfigSnapshot snapshot = listener.active().enter();
        RealtimeSession session;
        try {
            session = new RealtimeSession(
                    listener, vertx, keys, context, snapshot, facts, plan(context, snapshot, facts));
        } catch (RuntimeException refusal) {
            snapshot.leave();
            throw refusal;
        }
        session.open(call(request, facts));
    }

    private static RoutePlan plan(RoutingContext context, ConfigSnapshot snapshot, RequestContext facts) {
        List<String> models = context.queryParam("model");
        if (models.size() != 1 || !ModelName.isValid(models.get(0))) {
            throw refuse(GatewayError.invalid(
                    "Missing or invalid query parameter 'model' (expected: one model name).",
                    "model",
                    "invalid_value"));
        }
        facts.model = models.get(0);
        RoutePlan plan = snapshot.routes().plan(facts.model, ThreadLocalRandom.current());
        AccessCheck.requireModel(facts, plan);
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
