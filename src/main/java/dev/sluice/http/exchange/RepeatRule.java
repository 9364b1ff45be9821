package dev.sluice.http.exchange;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;

/** Whether one request may be sent to the same target more than once. */
enum RepeatRule {
    /** Also after failures that leave open whether the provider processed it. */
    REPEATABLE,
    /** Only after a stale connection: the client itself repeats it after other failures. */
    ONLY_UNRECEIVED,
    /** Never: it creates a resource. Even a connection that was closed at once may have carried it. */
    NEVER;

    /** @param sdkRetry an SDK's own retry of an earlier request */
    static RepeatRule of(ClientRequest request, boolean sdkRetry) {
        if (creates(request)) {
            return NEVER;
        }
        return sdkRetry ? ONLY_UNRECEIVED : REPEATABLE;
    }

    /** Whether the request may be sent twice at once: discarding one of the responses leaves nothing behind. */
    static boolean isSafeToHedge(ClientRequest request) {
        return request.relay() == null && request.surface() != Surface.VIDEOS;
    }

    private static boolean creates(ClientRequest request) {
        return switch (request.surface()) {
            case FILES, BATCHES, PASSTHROUGH, VIDEOS ->
                request.relay() == null
                        || !request.relay().method().equals("GET")
                                && !request.relay().method().equals("HEAD");
            default -> false;
        };
    }
}
