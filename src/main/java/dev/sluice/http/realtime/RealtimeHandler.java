package dev.sluice.http.realtime;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.bus.SocketCall;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.handlers.RequestPipeline;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Relay;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.stream.Stream;

/**
 * The handler of {@code GET /v1/realtime?model=…}: a WebSocket to a provider's realtime API. Checks access and chooses
 * the plan, as {@link RequestPipeline} does for every request; a {@link RealtimeSession} then opens the provider's side
 * along the plan before it accepts the client's, so that a failure there is still an HTTP response.
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
    public void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        RequestContext context = AccessCheck.authorize(routing, Surface.REALTIME);
        context.stream = true;
        if (!"websocket".equalsIgnoreCase(request.getHeader("upgrade"))) {
            throw refused(GatewayError.invalid(
                            "/v1/realtime serves WebSockets only (expected: header Upgrade: websocket)",
                            null,
                            "upgrade_required")
                    .withStatus(426));
        }
        ConfigSnapshot snapshot = listener.active().acquire();
        RealtimeSession session;
        try {
            String model = model(routing);
            context.model = snapshot.routes().qualified(model);
            ClientRequest upgrade = ClientRequest.relayed(
                    Surface.REALTIME, model, ByteSlice.EMPTY, new Relay("GET", "", null, null, false));
            RoutePlan plan = RequestPipeline.socketPlan(upgrade, request.headers(), snapshot.routes(), context);
            session = new RealtimeSession(listener, vertx, keys, routing, snapshot, context, upgrade, plan);
        } catch (RuntimeException refusal) {
            snapshot.release();
            throw refusal;
        }
        session.open(call(request, context));
    }

    private static String model(RoutingContext routing) {
        List<String> models = routing.queryParam("model");
        if (models.size() != 1 || !ModelName.isValid(models.get(0))) {
            throw refused(GatewayError.invalid(
                    "query parameter model is missing or invalid (expected: one model name)",
                    "model",
                    "invalid_value"));
        }
        return models.get(0);
    }

    private static SocketCall call(HttpServerRequest request, RequestContext context) {
        String offered = request.getHeader("sec-websocket-protocol");
        List<String> protocols = offered == null
                ? List.of()
                : Stream.of(offered.split(",", -1))
                        .map(String::strip)
                        .filter("realtime"::equals)
                        .toList();
        return new SocketCall(context.requestId, null, ClientHeaders.of(request), protocols);
    }

    private static GatewayException refused(GatewayError error) {
        return new GatewayException(error);
    }
}
