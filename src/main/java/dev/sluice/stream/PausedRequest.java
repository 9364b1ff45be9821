package dev.sluice.stream;

import io.vertx.core.http.HttpServerRequest;

/** A request that waits for a check. Over HTTP/2, its client may reset it meanwhile, which ends it. */
public final class PausedRequest {

    private PausedRequest() {}

    /** Resumes the request unless it has ended: over HTTP/2, Vert.x throws then. */
    public static void resume(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.resume();
        }
    }
}
