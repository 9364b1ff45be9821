package dev.sluice.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** A simulated fault. Its word is its name in kebab case; {@link SimulatorDirectives} documents each. */
sealed interface Fault {

    /** Replaces the response. */
    sealed interface Instead extends Fault {}

    /** Changes the course of the response. */
    sealed interface Within extends Fault {}

    /** Stands for the middle of the response. */
    int HALFWAY = -1;

    /** No fault. */
    record None() implements Within {}

    /** An HTTP status with OpenAI's error envelope: {@code status-503}. */
    record Status(int code) implements Instead {}

    /** A particular error instead of a response. */
    enum Refusal implements Instead {
        CONTEXT_LENGTH,
        CONTENT_FILTER,
        INSUFFICIENT_QUOTA,
        HTML,
        ERROR_200
    }

    /** The connection misbehaves before any byte of the body. */
    enum Early implements Instead {
        RESET,
        SILENT,
        GARBAGE_STATUS,
        RESET_AFTER_HEADERS,
        HEADERS_THEN_STALL
    }

    /** Happens after {@code after} tokens were sent: {@code cut@40}. */
    record Midway(Break how, int after) implements Within {}

    /** The faults midway. */
    enum Break {
        STALL,
        CUT,
        CUT_CLEAN,
        RESET_MID,
        MALFORMED,
        ERROR_EVENT,
        OVERSIZED
    }

    /** The response is complete but unusual. */
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
        for (Break how : Break.values()) {
            if (kebab(how).equals(name)) {
                return new Midway(how, at < 0 ? HALFWAY : SimulatorDirectives.number("after", text.substring(at + 1)));
            }
        }
        return whole().filter(fault -> kebab((Enum<?>) fault).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("fault: \"" + text + "\" (expected: " + names() + ")"));
    }

    private static Stream<Fault> whole() {
        return Stream.of(Refusal.values(), Early.values(), Oddity.values()).flatMap(Arrays::stream);
    }

    private static String names() {
        Stream<String> whole = whole().map(fault -> kebab((Enum<?>) fault));
        Stream<String> midway = Arrays.stream(Break.values()).map(how -> kebab(how) + "[@N]");
        return "none, status-NNN, "
                + String.join(", ", Stream.concat(whole, midway).toList());
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
