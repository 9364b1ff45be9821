package dev.sluice.protocol.sse;

import dev.sluice.model.ByteSlice;
import java.util.Locale;
import java.util.Set;

/**
 * Signs of life that some servers and the proxies before them send as data where the standard has comments. They carry
 * nothing of an answer, and no client's parser would take them. Anything else that is no JSON stays a failure: it may
 * be what is left of an error.
 */
public final class KeepAliveEvent {

    private static final int LONGEST = 48;

    private static final Set<String> WORDS =
            Set.of("ping", "heartbeat", "keepalive", "keep-alive", "openrouter processing");

    private KeepAliveEvent() {}

    public static boolean in(ByteSlice data) {
        if (data.isEmpty() || data.length() > LONGEST) {
            return false;
        }
        byte first = data.array()[data.offset()];
        // What an answer or its marker begins with, lest each event be made a string.
        if (first == '{' || first == '[') {
            return false;
        }
        String text = data.toText().strip().toLowerCase(Locale.ROOT);
        return text.startsWith(":") || WORDS.contains(text);
    }
}
