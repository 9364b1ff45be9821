package dev.sluice.provider.upstream;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.SocketCall;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.GatewayError;
import dev.sluice.model.KeyFault;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.UpstreamModel;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Writes the headers of upstream requests: Sluice's own, those configured for the provider, the API key, and the
 * client's headers that the catalog allows by name. No other client header is forwarded.
 */
public final class UpstreamHeaders {

    private static final String MASK = "***";
    /**
     * Shorter header values are not treated as secrets: they are words that error messages may contain, such as a team
     * name.
     */
    private static final int SHORTEST_SECRET = 12;
    /** Of a secret before a cut; shorter, it may be any text. */
    private static final int SHORTEST_BEGINNING = 4;

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence ACCEPT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence ANY_TYPE = HttpHeaders.createOptimized("*/*");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence AGENT = HttpHeaders.createOptimized("sluice");

    private final CharSequence keyHeader;
    private final String keyPrefix;
    private final List<CharSequence> fixed = new ArrayList<>();
    private final List<CharSequence> forwarded;
    /** Names and values, alternating. Anthropic refuses every request without its version, even for its model list. */
    private final List<String> always;

    public UpstreamHeaders(ProviderSettings settings) {
        var auth = settings.type().auth();
        this.keyHeader = HttpHeaders.createOptimized(auth.header());
        this.keyPrefix = auth.scheme().isEmpty() ? "" : auth.scheme() + " ";
        this.forwarded = settings.type().forwardHeaders().stream()
                .<CharSequence>map(AsciiString::cached)
                .toList();
        this.always = Protocols.named(settings.type().protocols().getFirst()).headers(UpstreamModel.of(settings, ""));
        for (Map.Entry<String, String> header : settings.config().headers().entrySet()) {
            fixed.add(AsciiString.cached(header.getKey()));
            fixed.add(header.getValue());
        }
    }

    public void write(HttpClientRequest request, ProviderCall call, ProviderCodec codec, String key) {
        MultiMap headers = request.headers();
        boolean relayed = call.request().relay() != null;
        if (!relayed) {
            headers.add(HttpHeaders.CONTENT_TYPE, JSON);
        } else if (codec.contentType() != null) {
            headers.add(HttpHeaders.CONTENT_TYPE, codec.contentType());
        }
        headers.add(HttpHeaders.ACCEPT, relayed ? ANY_TYPE : call.request().stream() ? ACCEPT_STREAM : JSON);
        headers.add(HttpHeaders.USER_AGENT, AGENT);
        headers.add(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        headers.add(REQUEST_ID, call.requestId());
        List<String> needed = codec.headers();
        for (int i = 0; i < needed.size(); i += 2) {
            headers.set(needed.get(i), needed.get(i + 1));
        }
        addForwardedAndFixed(headers, call.clientHeader(), key);
    }

    /** The headers of a WebSocket handshake. */
    public MultiMap forSocket(SocketCall call, String key) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.add(HttpHeaders.USER_AGENT, AGENT).add(REQUEST_ID, call.requestId());
        addForwardedAndFixed(headers, call.clientHeader(), key);
        return headers;
    }

    private void addForwardedAndFixed(MultiMap headers, Function<CharSequence, String> client, String key) {
        for (CharSequence name : forwarded) {
            String value = client.apply(name);
            if (value != null) {
                headers.set(name, value);
            }
        }
        for (int i = 0; i < fixed.size(); i += 2) {
            CharSequence name = fixed.get(i);
            String sent = isList(name) ? headers.get(name) : null;
            headers.set(name, sent == null ? fixed.get(i + 1) : sent + "," + fixed.get(i + 1));
        }
        if (key != null) {
            headers.add(keyHeader, keyPrefix + key);
        }
    }

    /** Whether a configured value is one more entry of the client's list, such as {@code anthropic-beta}. */
    private static boolean isList(CharSequence name) {
        return AsciiString.contains(name, "-beta");
    }

    /** The error with the key and the values of configured headers masked, which a provider may quote. */
    public GatewayError withoutSecrets(GatewayError error, String key) {
        KeyFault fault = error.keyFault();
        String message = withoutSecrets(error.message(), key);
        String detail = fault.detail() == null ? null : withoutSecrets(fault.detail(), key);
        GatewayError masked = Objects.equals(detail, fault.detail())
                ? error
                : error.withKeyFault(new KeyFault(fault.scope(), detail));
        if (error.param() != null) {
            masked = masked.withParam(withoutSecrets(error.param(), key));
        }
        if (error.code() != null && error.failure() == null) {
            masked = masked.withCode(withoutSecrets(error.code(), key));
        }
        masked = masked.withMessage(message);
        return masked.equals(error) ? error : masked;
    }

    private String withoutSecrets(String text, String key) {
        String masked = key == null ? text : withoutSecret(text, key);
        for (int i = 1; i < fixed.size(); i += 2) {
            String value = fixed.get(i).toString();
            if (value.length() >= SHORTEST_SECRET) {
                masked = withoutSecret(masked, value);
            }
        }
        return masked;
    }

    /** A text that was cut may end with the beginning of the secret. */
    private static String withoutSecret(String text, String secret) {
        String masked = text.replace(secret, MASK);
        if (!masked.endsWith(GatewayError.CUT)) {
            return masked;
        }
        int end = masked.length() - GatewayError.CUT.length();
        for (int length = Math.min(secret.length() - 1, end); length >= SHORTEST_BEGINNING; length--) {
            if (masked.regionMatches(end - length, secret, 0, length)) {
                return masked.substring(0, end - length) + MASK + GatewayError.CUT;
            }
        }
        return masked;
    }

    /** The headers of health checks and model lists: names and values, alternating. */
    public List<String> control(String key) {
        List<String> headers = new ArrayList<>();
        headers.add("accept");
        headers.add("application/json");
        headers.add("accept-encoding");
        headers.add("identity");
        headers.addAll(always);
        fixed.forEach(part -> headers.add(part.toString()));
        if (key != null) {
            headers.add(keyHeader.toString());
            headers.add(keyPrefix + key);
        }
        return headers;
    }
}
