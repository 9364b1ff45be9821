package dev.sluice.model;

/**
 * How a request travels that is passed on as it is, rather than read: files, uploads, polls, and a provider's own API.
 *
 * @param method the HTTP method
 * @param tail what follows the surface's own path at the provider, query included; for {@link Surface#PASSTHROUGH} what
 *     follows the provider's {@code base_url}
 * @param contentType of the body, or null when there is none
 * @param upload a body that is not in memory, or null
 * @param verbatim whether refusals, too, reach the client as the provider wrote them
 */
public record Relay(String method, String tail, String contentType, Upload upload, boolean verbatim) {}
