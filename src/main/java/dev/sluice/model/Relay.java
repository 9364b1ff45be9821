package dev.sluice.model;

/**
 * How to forward a request without parsing it: files, uploads, polls, and calls of a provider's own API.
 *
 * @param method the HTTP method
 * @param tail suffix of the surface's path at the provider, including the query; for {@link Surface#PASSTHROUGH} the
 *     path below the provider's {@code base_url}
 * @param contentType content type of the body, or null without a body
 * @param upload a body stored in a file, or null
 * @param verbatim whether the provider's error responses are forwarded unchanged, too
 */
public record Relay(String method, String tail, String contentType, Upload upload, boolean verbatim) {

    /** Whether the request only reads or deletes, which providers do not bill. */
    public boolean isRead() {
        return switch (method) {
            case "GET", "HEAD", "DELETE", "OPTIONS" -> true;
            default -> false;
        };
    }

    /** The tail without its query. */
    public String path() {
        int query = tail.indexOf('?');
        return query < 0 ? tail : tail.substring(0, query);
    }
}
