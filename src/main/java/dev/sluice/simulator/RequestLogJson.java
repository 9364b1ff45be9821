package dev.sluice.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;

/**
 * Writes a {@link RequestLog} as JSON for observers in another process. Instants are milliseconds since 1970, bodies
 * are UTF-8 text.
 */
final class RequestLogJson {

    private RequestLogJson() {}

    static JsonObject of(RequestLog log) {
        JsonArray requests = new JsonArray();
        for (RequestLog.Request request : log.requests()) {
            requests.add(new JsonObject()
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("headers", new JsonObject(new LinkedHashMap<>(request.headers())))
                    .put("body", request.body().toString())
                    .put("at", request.at().toEpochMilli()));
        }
        JsonArray aborts = new JsonArray();
        for (RequestLog.Abort abort : log.aborts()) {
            aborts.add(new JsonObject()
                    .put("path", abort.path())
                    .put("request_id", abort.requestId())
                    .put("pieces_sent", abort.piecesSent())
                    .put("at", abort.at().toEpochMilli()));
        }
        return new JsonObject()
                .put("requests", log.requestCount())
                .put("aborted", log.abortCount())
                .put("paused", log.pauseCount())
                .put("stalled", log.stallCount())
                .put("open_connections", log.openConnections())
                .put("last_requests", requests)
                .put("aborts", aborts);
    }
}
