package dev.sluice.model.chat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/**
 * A {@code data:} URL (RFC 2397) as clients write it: in any case, with parameters, line breaks or percent escapes, in
 * either alphabet of base64, with or without padding, or as plain text. Providers accept one spelling only.
 *
 * @param mediaType in lower case without parameters; that of the bytes where these show another image or a PDF
 * @param data base64 in the standard alphabet, padded, without white space
 */
record DataUrl(String mediaType, String data) {

    private static final String SCHEME = "data:";
    private static final String BASE64 = "base64";

    /** Names that are no registered types, and the types that they stand for. */
    private static final Map<String, String> ALIASES = Map.of(
            "image/jpg", "image/jpeg",
            "image/pjpeg", "image/jpeg",
            "image/x-png", "image/png",
            "application/x-pdf", "application/pdf");

    /** How base64 begins of files of these types. */
    private static final Map<String, String> BEGINNINGS = Map.of(
            "iVBORw0KGgo", "image/png",
            "/9j/", "image/jpeg",
            "R0lGOD", "image/gif",
            "JVBERi0", "application/pdf");

    private static final String RIFF = "UklGR";
    /** {@code WEBP} as the bytes 8 to 11 of a file, in base64. */
    private static final String WEBP = "XRUJQ";

    private static final int WEBP_AT = 11;

    /** Whether it is one, in any spelling; it may still have no readable data. */
    static boolean isOne(String url) {
        int start = start(url);
        return url.regionMatches(true, start, SCHEME, 0, SCHEME.length());
    }

    /** Null when it is no data URL, or has data that cannot be read. */
    static DataUrl parse(String url) {
        int start = start(url);
        int comma = url.indexOf(',', start);
        if (!isOne(url) || comma < 0) {
            return null;
        }
        String[] parts = url.substring(start + SCHEME.length(), comma).split(";", -1);
        boolean encoded = parts[parts.length - 1].strip().equalsIgnoreCase(BASE64);
        String text = url.substring(comma + 1);
        String data = encoded ? standard(text) : fromText(text);
        return data == null ? null : new DataUrl(mediaType(parts, data), data);
    }

    private static int start(String url) {
        int start = 0;
        while (start < url.length() && url.charAt(start) <= ' ') {
            start++;
        }
        return start;
    }

    private static String mediaType(String[] parts, String data) {
        String named = parts[0].strip().toLowerCase(Locale.ROOT);
        String declared = ALIASES.getOrDefault(named, named);
        String seen = seen(data);
        boolean correctable =
                declared.isEmpty() || declared.startsWith("image/") || declared.equals("application/octet-stream");
        if (seen != null && correctable) {
            return seen;
        }
        return declared.indexOf('/') > 0 ? declared : "text/plain";
    }

    private static String seen(String data) {
        for (Map.Entry<String, String> beginning : BEGINNINGS.entrySet()) {
            if (data.startsWith(beginning.getKey())) {
                return beginning.getValue();
            }
        }
        return data.startsWith(RIFF) && data.startsWith(WEBP, WEBP_AT - 1) ? "image/webp" : null;
    }

    /** Base64 in its standard spelling; null when it is none. */
    private static String standard(String text) {
        return isStandard(text) ? text : cleaned(text);
    }

    private static boolean isStandard(String text) {
        int end = text.length();
        while (end > 0 && end > text.length() - 2 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return text.length() % 4 == 0;
    }

    private static boolean isDigit(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
    }

    private static String cleaned(String text) {
        StringBuilder digits = new StringBuilder(text.length() + 3);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length()) {
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return null;
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            c = c == '-' ? '+' : c == '_' ? '/' : c;
            if (isDigit(c)) {
                digits.append(c);
            } else if (c != '=' && c > ' ') {
                return null;
            }
        }
        if (digits.length() % 4 == 1) {
            return null;
        }
        while (digits.length() % 4 != 0) {
            digits.append('=');
        }
        return digits.toString();
    }

    private static String fromText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(utf8.length);
        for (int i = 0; i < utf8.length; i++) {
            int high = utf8[i] == '%' && i + 2 < utf8.length ? Character.digit(utf8[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(utf8[i + 2], 16);
            bytes.write(low < 0 ? utf8[i] : high << 4 | low);
            i += low < 0 ? 0 : 2;
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
