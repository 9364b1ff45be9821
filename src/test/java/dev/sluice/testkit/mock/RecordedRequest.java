package dev.sluice.testkit.mock;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * A request that a stand-in received.
 *
 * @param path without the query, undecoded
 * @param query without the question mark; empty if there is none
 * @param raw the body's bytes; for a multipart form its parts are in {@code form} and {@code files} instead
 * @param form text fields of a multipart form
 * @param files contents of a form's files by field name, in order
 */
public record RecordedRequest(
        String method,
        String path,
        String query,
        MultiMap headers,
        Buffer raw,
        MultiMap form,
        Map<String, Buffer> files) {

    /** The body as a JSON object; fails if it is not one. */
    public JsonObject json() {
        return new JsonObject(raw);
    }

    /** The first value; null if there is none. */
    public String header(String name) {
        return headers.get(name);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
