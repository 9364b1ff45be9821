package dev.sluice.provider.attempt;

import dev.sluice.bus.ProviderReply;
import dev.sluice.model.HeaderText;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the head of a provider's response: its media type, and the headers that a client may see. */
final class UpstreamHead {

    /** Headers of the connection only (RFC 9110, 7.6.1), or of the provider's site rather than this response. */
    private static final Set<String> NOT_FORWARDED = Set.of(
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

    /** Headers that are no longer true once the body is decoded. */
    private static final Set<String> OF_ENCODED_BYTES =
            Set.of("content-encoding", "content-length", "content-md5", "content-digest");

    private UpstreamHead() {}

    /** The content type in lower case; empty when there is none. */
    static String mediaType(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.toLowerCase(Locale.ROOT);
    }

    /** The content encoding, which Sluice never requests; null when there is none. */
    static String contentEncoding(HttpClientResponse response) {
        String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding == null || encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity")
                ? null
                : encoding.strip();
    }

    /** As the provider sent it; null when there is none, or when it may not be forwarded. */
    static String contentType(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null || !HeaderText.isValid(type) ? null : type;
    }

    /**
     * The head of a response whose bytes pass unchanged. Over HTTP/2 a provider's value may have control characters,
     * with which the client's response could not be written.
     */
    static ProviderReply.Head forwarded(HttpClientResponse response) {
        List<String> headers = new ArrayList<>();
        boolean decoded = contentEncoding(response) != null && ContentDecoder.isReadable(response);
        response.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!NOT_FORWARDED.contains(lower)
                    && !(decoded && OF_ENCODED_BYTES.contains(lower))
                    && HeaderText.isValid(value)
                    && !lower.startsWith("x-sluice-")
                    && !lower.startsWith("access-control-")) {
                headers.add(name);
                headers.add(value);
            }
        });
        return new ProviderReply.Head(response.statusCode(), headers);
    }
}
