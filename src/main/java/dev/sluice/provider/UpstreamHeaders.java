package dev.sluice.provider;

import dev.sluice.config.ProviderSettings;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The headers of an upstream request: ours, the provider's from the config, the key, and those of the client that the
 * catalogue allows by name. Nothing else of the client's passes.
 */
final class UpstreamHeaders {

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence ACCEPT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence AGENT = HttpHeaders.createOptimized("sluice");

    private final CharSequence keyHeader;
    private final String keyPrefix;
    private final List<CharSequence> fixed = new ArrayList<>();
    private final Set<String> forwarded;

    UpstreamHeaders(ProviderSettings settings) {
        var auth = settings.type().auth();
        this.keyHeader = HttpHeaders.createOptimized(auth.header());
        this.keyPrefix = auth.scheme().isEmpty() ? "" : auth.scheme() + " ";
        this.forwarded = Set.copyOf(settings.type().forwardHeaders());
        for (Map.Entry<String, String> header : settings.config().headers().entrySet()) {
            fixed.add(AsciiString.cached(header.getKey()));
            fixed.add(header.getValue());
        }
    }

    /** @param client the client's headers, name and value in turn, names in lower case */
    void write(HttpClientRequest request, String requestId, boolean stream, String key, List<String> client) {
        request.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        request.putHeader(HttpHeaders.ACCEPT, stream ? ACCEPT_STREAM : JSON);
        request.putHeader(HttpHeaders.USER_AGENT, AGENT);
        request.putHeader(REQUEST_ID, requestId);
        if (!forwarded.isEmpty()) {
            for (int i = 0; i < client.size(); i += 2) {
                if (forwarded.contains(client.get(i))) {
                    request.putHeader(client.get(i), client.get(i + 1));
                }
            }
        }
        for (int i = 0; i < fixed.size(); i += 2) {
            request.putHeader(fixed.get(i), fixed.get(i + 1));
        }
        if (key != null) {
            request.putHeader(keyHeader, keyPrefix + key);
        }
    }

    /** What a control call needs, name and value in turn. */
    List<String> control(String key) {
        List<String> headers = new ArrayList<>();
        headers.add("accept");
        headers.add("application/json");
        fixed.forEach(part -> headers.add(part.toString()));
        if (key != null) {
            headers.add(keyHeader.toString());
            headers.add(keyPrefix + key);
        }
        return headers;
    }
}
