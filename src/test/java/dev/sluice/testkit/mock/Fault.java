package dev.sluice.testkit.mock;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What goes wrong when the last user turn says {@code fault: NAME}, or {@code fault: NAME once} for the first time
 * only.
 *
 * @param status of {@code fault: status_NNN}; 0 otherwise
 */
record Fault(Kind kind, int status, boolean once) {

    private static final Pattern ASKED = Pattern.compile("fault: ([a-z_]+?)(_?\\d{3})?( once)?$");

    enum Kind {
        RATE_LIMIT,
        OVERLOADED,
        SERVER_ERROR,
        CONTEXT_LENGTH,
        CONTENT_FILTER,
        AUTH,
        /** No money left, or a limit that waiting does not lift: not to be tried again. */
        QUOTA,
        /** Any status with the provider's envelope. */
        STATUS,
        /** An error in the middle of a stream; whole, a server error. */
        ERROR_EVENT,
        /** The connection is closed in the middle of the answer. */
        CUT,
        /** The stream ends in good order but without the provider's terminator. */
        MISSING_TERMINATOR,
        /** A frame, or a whole body, that is no JSON. */
        MALFORMED_EVENT,
        HTML_ERROR_PAGE,
        /** An error body under status 200; streamed, an error as the first frame. */
        ERROR_IN_200,
        /** The answer was begun, then filtered. */
        FILTERED_OUTPUT,
        /** The connection is closed before any byte. */
        RESET,
        /** Half of the answer, then silence until the client leaves. */
        HANG,
        /** As {@link #HANG}, before the first byte. */
        HANG_AT_ONCE
    }

    static Optional<Fault> in(String lastText) {
        Matcher asked = ASKED.matcher(lastText.strip());
        if (!asked.find()) {
            return Optional.empty();
        }
        int status =
                asked.group(2) == null ? 0 : Integer.parseInt(asked.group(2).replace("_", ""));
        String name = status == 200 ? asked.group(1) + asked.group(2) : asked.group(1);
        return Optional.of(new Fault(Kind.valueOf(name.toUpperCase(Locale.ROOT)), status, asked.group(3) != null));
    }
}
