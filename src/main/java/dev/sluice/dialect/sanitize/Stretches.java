package dev.sluice.dialect.sanitize;

import java.util.function.Predicate;

/**
 * The stretches of a text that a pattern need be tried on: RE2 takes some 0.2 µs for each character, and most prose has
 * nothing of what is looked for.
 */
@FunctionalInterface
interface Stretches {

    Walk in(String text);

    /** The whole text, if it has what every match has. */
    static Stretches whole(Predicate<String> possible) {
        return text -> new Walk(text, !possible.test(text));
    }

    /**
     * What consists of these characters alone, as every match does, and has enough of some of them.
     *
     * @param alphabet ASCII
     * @param counted of the alphabet
     * @param least so many of them are in every match
     */
    static Stretches of(String alphabet, String counted, int least) {
        boolean[] all = table(alphabet);
        boolean[] some = table(counted);
        return text -> new Walk(text, false) {
            @Override
            boolean next() {
                int length = text.length();
                for (int at = end(); at < length; ) {
                    int begin = at;
                    int count = 0;
                    char character = 0;
                    while (at < length && (character = text.charAt(at)) < all.length && all[character]) {
                        count += some[character] ? 1 : 0;
                        at++;
                    }
                    if (count >= least) {
                        is(begin, at);
                        return true;
                    }
                    at = Math.max(at, begin + 1);
                }
                return false;
            }
        };
    }

    private static boolean[] table(String characters) {
        boolean[] table = new boolean[128];
        characters.chars().forEach(each -> table[each] = true);
        return table;
    }

    /** From one stretch to the next. */
    class Walk {
        private final String text;
        private boolean over;
        private int start;
        private int end;

        private Walk(String text, boolean over) {
            this.text = text;
            this.over = over;
        }

        boolean next() {
            boolean more = !over;
            over = true;
            end = text.length();
            return more;
        }

        final void is(int from, int to) {
            start = from;
            end = to;
        }

        final int end() {
            return end;
        }

        /** Where {@link #shown} begins. */
        final int shownFrom() {
            return Math.max(0, start - 1);
        }

        /** The stretch with a character before and behind it, by which a pattern knows where a word ends. */
        final String shown() {
            return text.substring(shownFrom(), Math.min(text.length(), end + 1));
        }
    }
}
