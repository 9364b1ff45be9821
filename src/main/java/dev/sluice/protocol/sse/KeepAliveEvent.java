package dev.sluice.protocol.sse;

import dev.sluice.model.ByteSlice;
import java.util.Locale;
import java.util.Set;

/**
 * Recognizes keep-alives that some servers and proxies send as data instead of comments. They are no part of the
 * response, and clients' parsers would fail on them. Any other data that is not JSON is an error.
 */
public final class KeepAliveEvent {

    private static final int MAX_LENGTH = 48;

    private static final Set<String> TEXTS =
            Set.of("ping", "heartbeat", "keepalive", "keep-alive", "openrouter processing");

    private KeepAliveEvent() {}

    public static boolean matches(ByteSlice data) {
        if (data.isEmpty() || data.length() > MAX_LENGTH) {
            return false;
        }
        byte first = data.array()[data.offset()];
        // The first bytes of a response's events and its marker. The check avoids a string for each event.
        if (first == '{' || first == '[') {
            return false;
        }
        String text = data.toText().strip().toLowerCase(Locale.ROOT);
        return text.startsWith(":") || TEXTS.contains(text);
    }
}
