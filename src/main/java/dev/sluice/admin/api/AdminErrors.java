package dev.sluice.admin.api;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors of the admin listener, in the envelope that clients of the data plane know. */
public final class AdminErrors {

    private static final Logger LOG = LoggerFactory.getLogger(AdminErrors.class);

    private AdminErrors() {}

    public static void mount(Router router) {
        router.errorHandler(
                404, context -> send(context, 404, "not_found", "Nothing here. GET / lists what there is."));
        router.errorHandler(405, context -> send(context, 405, "method_not_allowed", "Not with this method."));
        router.errorHandler(500, context -> answer(context.failure()).sendTo(context));
    }

    public static void send(RoutingContext context, int status, String code, String message) {
        answer(status, code, message, null).sendTo(context);
    }

    /** What became of a call that failed. */
    public static AdminResponse answer(Throwable failure) {
        if (failure instanceof GatewayException refused) {
            GatewayError error = refused.error();
            return answer(error.status(), error.code(), error.message(), error.param());
        }
        LOG.error("Admin request failed", failure);
        return answer(500, "internal_error", "The request failed; the log says why.", null);
    }

    public static AdminResponse answer(int status, String code, String message, String param) {
        JsonObject error = new JsonObject()
                .put("message", message)
                .put("type", status < 500 ? "invalid_request_error" : "server_error")
                .put("param", param)
                .put("code", code);
        return AdminResponse.json(status, new JsonObject().put("error", error)).noting(code);
    }

    public static GatewayException notFound(String code, String message) {
        return new GatewayException(GatewayError.of(Kind.NOT_FOUND, message).withCode(code));
    }

    public static GatewayException conflict(String code, String message) {
        return new GatewayException(
                GatewayError.of(Kind.INVALID_REQUEST, message).withStatus(409).withCode(code));
    }
}
