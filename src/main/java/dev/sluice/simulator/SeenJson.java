package dev.sluice.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;

/**
 * {@link Seen} for those who watch from another process. Instants are milliseconds since 1970, bodies are UTF-8 text.
 */
final class SeenJson {

    private SeenJson() {}

    static JsonObject of(Seen seen) {
        JsonArray requests = new JsonArray();
        for (Seen.Request request : seen.requests()) {
            requests.add(new JsonObject()
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("headers", new JsonObject(new LinkedHashMap<>(request.headers())))
                    .put("body", request.body().toString())
                    .put("at", request.at().toEpochMilli()));
        }
        JsonArray aborts = new JsonArray();
        for (Seen.Abort abort : seen.aborts()) {
            aborts.add(new JsonObject()
                    .put("path", abort.path())
                    .put("request_id", abort.requestId())
                    .put("pieces_sent", abort.piecesSent())
                    .put("at", abort.at().toEpochMilli()));
        }
        return new JsonObject()
                .put("requests", seen.requestCount())
                .put("aborted", seen.abortCount())
                .put("paused", seen.pauseCount())
                .put("stalled", seen.stallCount())
                .put("open_connections", seen.openConnections())
                .put("last_requests", requests)
                .put("aborts", aborts);
    }
}
