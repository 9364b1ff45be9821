package dev.sluice.provider.attempt;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/** What an upstream says its answer is. */
final class MediaType {

    private MediaType() {}

    static boolean isEventStream(HttpClientResponse response) {
        return of(response).startsWith("text/event-stream");
    }

    /** Lower case; empty when it does not say. */
    static String of(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.toLowerCase(Locale.ROOT);
    }
}
