package dev.sluice.provider;

import dev.sluice.config.ProviderSettings;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

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
    private final List<String> forwarded;

    UpstreamHeaders(ProviderSettings settings) {
        var auth = settings.type().auth();
        this.keyHeader = HttpHeaders.createOptimized(auth.header());
        this.keyPrefix = auth.scheme().isEmpty() ? "" : auth.scheme() + " ";
        this.forwarded = settings.type().forwardHeaders();
        for (Map.Entry<String, String> header : settings.config().headers().entrySet()) {
            fixed.add(AsciiString.cached(header.getKey()));
            fixed.add(header.getValue());
        }
    }

    /** @param client looks up a header of the client's, null when it sent none */
    void write(HttpClientRequest request, String requestId, boolean stream, String key, UnaryOperator<String> client) {
        MultiMap headers = request.headers();
        headers.add(HttpHeaders.CONTENT_TYPE, JSON);
        headers.add(HttpHeaders.ACCEPT, stream ? ACCEPT_STREAM : JSON);
        headers.add(HttpHeaders.USER_AGENT, AGENT);
        headers.add(REQUEST_ID, requestId);
        for (String name : forwarded) {
            String value = client.apply(name);
            if (value != null) {
                headers.add(name, value);
            }
        }
        for (int i = 0; i < fixed.size(); i += 2) {
            headers.set(fixed.get(i), fixed.get(i + 1));
        }
        if (key != null) {
            headers.add(keyHeader, keyPrefix + key);
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
