package dev.sluice.protocol.sanitize;

import java.util.function.Predicate;

/**
 * The stretches of a text that a pattern need be tried on: RE2 takes some 0.2 µs for each character, and most prose has
 * nothing of what is looked for.
 */
@FunctionalInterface
interface CandidateSpans {

    /** The first that begins at this position or behind it, or null. */
    Span from(String text, int position);

    /** From {@code start} to {@code end}, which is not part of it. */
    record Span(String text, int start, int end) {

        /** Where {@link #withNeighbors} begins. */
        int neighborsStart() {
            return Math.max(0, start - 1);
        }

        /** It, with a character before and behind it, by which a pattern knows where a word ends. */
        String withNeighbors() {
            return text.substring(neighborsStart(), Math.min(text.length(), end + 1));
        }
    }

    /** The whole text, if it has what every match has. */
    static CandidateSpans whole(Predicate<String> possible) {
        return (text, position) ->
                position > 0 || text.isEmpty() || !possible.test(text) ? null : new Span(text, 0, text.length());
    }

    /**
     * What consists of these characters alone, as every match does, and has enough of some of them.
     *
     * @param alphabet ASCII
     * @param counted of the alphabet
     * @param least so many of them are in every match, at least one
     */
    static CandidateSpans of(String alphabet, String counted, int least) {
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
                if (count >= least) {
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
