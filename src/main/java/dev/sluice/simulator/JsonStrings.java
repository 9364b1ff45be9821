package dev.sluice.simulator;

import java.util.HexFormat;

/**
 * Writes JSON strings. A lone surrogate, which UTF-8 cannot encode, is escaped, so that any text is echoed unchanged.
 */
final class JsonStrings {

    private static final HexFormat HEX = HexFormat.of();

    private JsonStrings() {}

    static String object(String key, String value) {
        return "{" + string(key) + ":" + string(value) + "}";
    }

    static String string(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c == '\n') {
                json.append("\\n");
            } else if (c < ' ' || isLoneSurrogate(text, i)) {
                json.append("\\u").append(HEX.toHexDigits(c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    static String stringOrNull(String text) {
        return text == null ? "null" : string(text);
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
