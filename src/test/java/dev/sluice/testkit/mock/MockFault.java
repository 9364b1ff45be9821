package dev.sluice.testkit.mock;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fault that the last user message requests by {@code fault: NAME}, or by {@code fault: NAME once} for the first
 * request only.
 *
 * @param status of {@code fault: status_NNN}; 0 otherwise
 */
record MockFault(Kind kind, int status, boolean once) {

    private static final Pattern ASKED = Pattern.compile("fault: ([a-z_]+?)(_?\\d{3})?( once)?$");

    enum Kind {
        RATE_LIMIT,
        OVERLOADED,
        SERVER_ERROR,
        CONTEXT_LENGTH,
        CONTENT_FILTER,
        AUTH,
        /** Out of credit, or a limit that does not reset: not retryable. */
        QUOTA,
        /** Any status with the provider's envelope. */
        STATUS,
        /** An error in the middle of a stream; a server error if the response is not streamed. */
        ERROR_EVENT,
        /** The connection is closed in the middle of the response. */
        CUT,
        /** The response ends properly at HTTP level but without the provider's terminator. */
        MISSING_TERMINATOR,
        /** An event, or a whole body, that is not JSON. */
        MALFORMED_EVENT,
        HTML_ERROR_PAGE,
        /** An error body with status 200; in a stream, an error as the first event. */
        ERROR_IN_200,
        /** The response was started, then filtered. */
        FILTERED_OUTPUT,
        /** The connection is closed before any byte. */
        RESET,
        /** Half of the response, then silence until the client disconnects. */
        HANG,
        /** As {@link #HANG}, before the first byte. */
        HANG_AT_ONCE
    }

    static Optional<MockFault> in(String lastText) {
        Matcher asked = ASKED.matcher(lastText.strip());
        if (!asked.find()) {
            return Optional.empty();
        }
        int status =
                asked.group(2) == null ? 0 : Integer.parseInt(asked.group(2).replace("_", ""));
        String name = status == 200 ? asked.group(1) + asked.group(2) : asked.group(1);
        return Optional.of(new MockFault(Kind.valueOf(name.toUpperCase(Locale.ROOT)), status, asked.group(3) != null));
    }
}
