package dev.sluice.admin;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors of the admin listener, in the envelope that clients of the data plane know. */
final class AdminErrors {

    private static final Logger LOG = LoggerFactory.getLogger(AdminErrors.class);

    private AdminErrors() {}

    static void mount(Router router) {
        router.errorHandler(
                404, context -> send(context, 404, "not_found", "Nothing here. GET / lists what there is."));
        router.errorHandler(405, context -> send(context, 405, "method_not_allowed", "Not with this method."));
        for (int status : new int[] {401, 403, 503}) {
            router.errorHandler(status, AdminErrors::refused);
        }
        router.errorHandler(500, context -> {
            LOG.error("Admin request failed", context.failure());
            send(context, 500, "internal_error", "The request failed; the log says why.");
        });
    }

    /** Of whoever has not the role that a route needs; see {@link dev.sluice.auth.AdminAccess}. */
    private static void refused(RoutingContext context) {
        GatewayError error = context.failure() instanceof GatewayException refusal
                ? refusal.error()
                : GatewayError.of(GatewayError.Kind.PERMISSION, "Not for you.");
        send(context, context.statusCode(), error.code(), error.message());
    }

    static void send(RoutingContext context, int status, String code, String message) {
        if (context.response().headWritten()) {
            return;
        }
        JsonObject error = new JsonObject()
                .put("message", message)
                .put("type", status < 500 ? "invalid_request_error" : "server_error")
                .putNull("param")
                .put("code", code);
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", error).toBuffer());
    }
}
