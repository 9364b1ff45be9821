package dev.sluice.protocol.sanitize;

import java.util.function.Predicate;

/** Finds the spans of a text that can contain a match, so that RE2 (about 0.2 µs per character) runs only on these. */
@FunctionalInterface
interface CandidateSpans {

    /** The first span that starts at or after the position, or null. */
    Span from(String text, int position);

    /** A span from {@code start} to {@code end} (exclusive). */
    record Span(String text, int start, int end) {

        /** The position of the first character of {@link #withNeighbors}. */
        int neighborsStart() {
            return Math.max(0, start - 1);
        }

        /** The span with one character before and after it, for word boundaries in patterns. */
        String withNeighbors() {
            return text.substring(neighborsStart(), Math.min(text.length(), end + 1));
        }
    }

    /** The whole text, if the predicate allows a match in it. */
    static CandidateSpans wholeText(Predicate<String> possible) {
        return (text, position) ->
                position > 0 || text.isEmpty() || !possible.test(text) ? null : new Span(text, 0, text.length());
    }

    /**
     * Spans of the alphabet's characters that have enough of the counted ones.
     *
     * @param alphabet ASCII
     * @param counted a subset of the alphabet
     * @param minimum the minimum of counted characters in a match, at least 1
     */
    static CandidateSpans of(String alphabet, String counted, int minimum) {
        boolean[] all = table(alphabet);
        boolean[] some = table(counted);
        return (text, position) -> {
            int at = position;
            while (at < text.length()) {
                int start = at;
                int count = 0;
                while (at < text.length() && in(all, text.charAt(at))) {
                    count += some[text.charAt(at)] ? 1 : 0;
                    at++;
                }
                if (count >= minimum) {
                    return new Span(text, start, at);
                }
                at++;
            }
            return null;
        };
    }

    private static boolean in(boolean[] table, char character) {
        return character < table.length && table[character];
    }

    private static boolean[] table(String characters) {
        boolean[] table = new boolean[128];
        characters.chars().forEach(each -> table[each] = true);
        return table;
    }
}
