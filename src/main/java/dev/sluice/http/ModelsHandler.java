package dev.sluice.http;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import dev.sluice.route.RouteTable;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.stream.Collectors;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}} in OpenAI's shape: what this key may ask for. */
final class ModelsHandler {

    private static final String JSON = "application/json";

    private final Desk desk;

    ModelsHandler(Desk desk) {
        this.desk = desk;
    }

    void list(RoutingContext context) {
        Principal principal = principal(context);
        String models = routes().names().stream()
                .filter(principal::mayUse)
                .map(ModelsHandler::model)
                .collect(Collectors.joining(","));
        answer(context, "{\"object\":\"list\",\"data\":[" + models + "]}");
    }

    void one(RoutingContext context) {
        String id = context.pathParam("*");
        Principal principal = principal(context);
        if (id == null || !ModelName.isValid(id) || !routes().knows(id) || !principal.mayUse(id)) {
            throw new GatewayException(GatewayError.of(Kind.MODEL_NOT_FOUND, "no such model here, or not for this key")
                    .withParam("model"));
        }
        answer(context, model(id));
    }

    private static Principal principal(RoutingContext context) {
        Principal principal = ApiKeyHandler.principal(context);
        Facts.of(context).principal = principal;
        Facts.of(context).surface = Surface.MODELS;
        return principal;
    }

    private RouteTable routes() {
        return desk.live().current().routes();
    }

    /** Valid names need no escaping. The moment of creation is not known for a route; clients only need a number. */
    private static String model(String id) {
        int slash = id.indexOf('/');
        String owner = slash < 0 ? "sluice" : id.substring(0, slash);
        return "{\"id\":\"" + id + "\",\"object\":\"model\",\"created\":0,\"owned_by\":\"" + owner + "\"}";
    }

    private static void answer(RoutingContext context, String json) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader("x-request-id", Facts.of(context).requestId)
                .end(json);
    }
}
