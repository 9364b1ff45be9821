package dev.sluice.http.exchange;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Function;

/** The client's headers for the provider. */
public final class ClientHeaders {

    private ClientHeaders() {}

    /**
     * Looks up a header by name; null when the client did not send it. Several lines of one name are one list (RFC 9110
     * §5.3): some clients send a line for each beta of Anthropic.
     */
    public static Function<CharSequence, String> of(HttpServerRequest request) {
        return name -> {
            String first = request.headers().get(name);
            return first == null ? null : joined(first, request.headers().getAll(name));
        };
    }

    private static String joined(String first, List<String> lines) {
        return lines.size() == 1 ? first : String.join(",", lines);
    }
}
