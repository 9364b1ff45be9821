package dev.sluice.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** A simulated fault. Directives name it in kebab case; {@code src/docs/simulator.md} documents each fault. */
sealed interface Fault {

    /** A fault that replaces the response. */
    sealed interface Instead extends Fault {}

    /** A fault within the response. */
    sealed interface Within extends Fault {}

    /** The position in the middle of the response. */
    int HALFWAY = -1;

    /** No fault. */
    record None() implements Within {}

    /** An HTTP status with OpenAI's error envelope: {@code status-503}. */
    record Status(int code) implements Instead {}

    /** A specific error instead of a response. */
    enum Refusal implements Instead {
        CONTEXT_LENGTH,
        CONTENT_FILTER,
        INSUFFICIENT_QUOTA,
        HTML,
        ERROR_200
    }

    /** A failure of the connection before any byte of the body. */
    enum Early implements Instead {
        RESET,
        SILENT,
        GARBAGE_STATUS,
        RESET_AFTER_HEADERS,
        HEADERS_THEN_STALL
    }

    /** A fault after {@code after} tokens were sent: {@code cut@40}. */
    record Midway(Break kind, int after) implements Within {}

    /** The kinds of fault in the middle of a response. */
    enum Break {
        STALL,
        CUT,
        CUT_CLEAN,
        RESET_MID,
        MALFORMED,
        ERROR_EVENT,
        OVERSIZED
    }

    /** A complete but unusual response. */
    enum Oddity implements Within {
        MISSING_DONE,
        USAGE_IN_CHOICES,
        WRONG_CONTENT_TYPE,
        COMMENTS,
        CRLF,
        SPLIT,
        JOINED
    }

    /**
     * Reads {@code name} or {@code name@after}.
     *
     * @throws IllegalArgumentException when there is no such fault; the message lists the faults
     */
    static Fault parse(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        if (name.equals("none")) {
            return new None();
        }
        if (name.matches("status-[2-5]\\d\\d")) {
            return new Status(Integer.parseInt(name.substring("status-".length())));
        }
        for (Break kind : Break.values()) {
            if (kebab(kind).equals(name)) {
                return new Midway(kind, at < 0 ? HALFWAY : SimulatorDirectives.number("after", text.substring(at + 1)));
            }
        }
        return plainFaults()
                .filter(fault -> kebab((Enum<?>) fault).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("fault: \"" + text + "\" (expected: " + names() + ")"));
    }

    private static Stream<Fault> plainFaults() {
        return Stream.of(Refusal.values(), Early.values(), Oddity.values()).flatMap(Arrays::stream);
    }

    private static String names() {
        Stream<String> whole = plainFaults().map(fault -> kebab((Enum<?>) fault));
        Stream<String> midway = Arrays.stream(Break.values()).map(kind -> kebab(kind) + "[@N]");
        return "none, status-NNN, "
                + String.join(", ", Stream.concat(whole, midway).toList());
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
