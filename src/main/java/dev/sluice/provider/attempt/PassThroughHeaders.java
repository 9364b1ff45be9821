package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderReply;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What of a provider's head goes on to the client with an answer that passes as it is. */
final class PassThroughHeaders {

    /** Of this connection only (RFC 9110, 7.6.1), or of the provider's site and none of our clients' business. */
    private static final Set<String> KEPT_BACK = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "set-cookie",
            "server",
            "date",
            "via",
            "alt-svc",
            "strict-transport-security",
            "x-request-id");

    private PassThroughHeaders() {}

    static ProviderReply.Head of(HttpClientResponse response) {
        List<String> headers = new ArrayList<>();
        response.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(lower) && !lower.startsWith("x-sluice-") && !lower.startsWith("access-control-")) {
                headers.add(name);
                headers.add(value);
            }
        });
        return new ProviderReply.Head(response.statusCode(), headers);
    }
}
