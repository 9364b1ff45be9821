package dev.sluice.admin.api;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Error responses of the admin listener, in the envelope of the data plane. */
public final class AdminErrors {

    private static final Logger LOG = LoggerFactory.getLogger(AdminErrors.class);

    private AdminErrors() {}

    public static void mount(Router router) {
        // Set by vertx-web itself, which otherwise logs an error and responds with a plain text.
        router.errorHandler(
                400,
                routing -> send(
                        routing, 400, "bad_request", "The request is malformed (expected: HTTP/1.1 with one Host)."));
        router.errorHandler(
                404,
                routing -> send(routing, 404, "not_found", "No endpoint has this path. GET / lists all endpoints."));
        router.errorHandler(
                405,
                routing -> send(
                        routing,
                        405,
                        "method_not_allowed",
                        "The method is not supported on this path. GET / lists all endpoints."));
        router.errorHandler(500, routing -> response(routing.failure()).sendTo(routing));
    }

    public static void send(RoutingContext routing, int status, String code, String message) {
        response(status, code, message, null).sendTo(routing);
    }

    /** The response to a failed call. */
    public static AdminResponse response(Throwable failure) {
        if (failure instanceof GatewayException refused) {
            GatewayError error = refused.error();
            return response(error.status(), error.code(), error.message(), error.param());
        }
        LOG.error("Admin request failed", failure);
        return response(500, "internal_error", "The request failed inside Sluice; the log has the reason.", null);
    }

    public static AdminResponse response(int status, String code, String message, String param) {
        JsonObject error = new JsonObject()
                .put("message", message)
                .put("type", status < 500 ? "invalid_request_error" : "server_error")
                .put("param", param)
                .put("code", code);
        return AdminResponse.json(status, new JsonObject().put("error", error)).withDetail(code);
    }

    public static GatewayException notFound(String code, String message) {
        return new GatewayException(GatewayError.of(Kind.NOT_FOUND, message).withCode(code));
    }

    public static GatewayException conflict(String code, String message) {
        return new GatewayException(
                GatewayError.of(Kind.INVALID_REQUEST, message).withStatus(409).withCode(code));
    }
}
