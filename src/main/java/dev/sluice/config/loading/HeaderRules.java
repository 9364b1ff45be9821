package dev.sluice.config.loading;

import dev.sluice.binding.ConfigPath;
import dev.sluice.binding.Diagnostics;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules of the HTTP headers that the config adds to upstream requests. */
final class HeaderRules {

    /** Headers that Sluice sets itself: another value would break the framing or replace the key. */
    private static final Set<String> OWN =
            Set.of("authorization", "host", "content-length", "transfer-encoding", "connection");

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    /** Tab, printable ASCII and bytes above it (RFC 9110, 5.5); in particular no line breaks. */
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    private HeaderRules() {}

    static void check(Map<String, String> headers, String keyHeader, String path, Diagnostics diagnostics) {
        headers.forEach((name, value) -> {
            String place = ConfigPath.child(path, name);
            String lower = name.toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches()) {
                diagnostics.error(place, "not a header name (expected: letters, digits and -)");
            } else if (OWN.contains(lower) || lower.equals(keyHeader)) {
                diagnostics.error(place, "is set by Sluice itself (expected: another header)");
            } else if (value != null && !isValue(value)) {
                diagnostics.error(
                        place,
                        "the value has a character that is not allowed in a header (expected: no line breaks or other"
                                + " controls)");
            }
        });
    }

    static boolean isValue(String text) {
        return VALUE.matcher(text).matches();
    }
}
