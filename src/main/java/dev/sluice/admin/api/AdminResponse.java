package dev.sluice.admin.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * A response of the admin API.
 *
 * @param body text of the content type
 * @param next cursor of the next page, sent as a header with text bodies; or null
 * @param target name of the changed object for the audit log, if it is not in the path; or null
 * @param detail for the audit log, without a secret; or null
 */
public record AdminResponse(int status, String contentType, String body, String next, String target, String detail) {

    public static AdminResponse json(int status, JsonObject body) {
        return new AdminResponse(status, "application/json", body.encodePrettily() + "\n", null, null, null);
    }

    public static AdminResponse json(JsonObject body) {
        return json(200, body);
    }

    public static AdminResponse text(String contentType, String body) {
        return new AdminResponse(200, contentType, body, null, null, null);
    }

    /** @param next cursor of the next page, or null */
    public static AdminResponse csv(String body, String next) {
        return new AdminResponse(200, "text/csv; charset=utf-8; header=present", body, next, null, null);
    }

    public AdminResponse withTarget(String target) {
        return new AdminResponse(status, contentType, body, next, target, detail);
    }

    public AdminResponse withDetail(String detail) {
        return new AdminResponse(status, contentType, body, next, target, detail);
    }

    /** Writes nothing if a response has begun. */
    public void sendTo(RoutingContext routing) {
        HttpServerResponse response = routing.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        if (next != null) {
            response.putHeader(Page.HEADER, next);
        }
        if (status == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff")
                .end(body);
    }

    public Future<AdminResponse> toFuture() {
        return Future.succeededFuture(this);
    }

    /** Without the body, which may contain a new key. */
    @Override
    public String toString() {
        return "AdminResponse[" + status + " " + contentType + "]";
    }
}
