package dev.sluice.protocol.continuation;

/**
 * Finds where a second response continues a first one. Models asked to continue sometimes repeat the last words, or
 * start from the beginning again: the start of the second response is held back until it is clear which applies.
 *
 * <p>A repetition must be long enough, and not periodic itself ({@code -----}), to be distinguished from intended text.
 * In doubt nothing is removed: a repeated word is a smaller error than a lost one.
 */
final class Overlap {

    /** The maximum of characters held back to find a repeated end; a repeated beginning is followed without limit. */
    static final int WINDOW = 200;

    /** The minimum repetition of the end, in characters, for a model that was asked to continue. */
    static final int MIN_ASKED = 12;

    /** The minimum for a prefilled model: it continues exactly, and what it repeats is mostly intended. */
    static final int MIN_PREFILLED = 40;

    /** The minimum length of a response to be recognized as repeated completely. */
    private static final int MIN_WHOLE = 4;

    /** A match of this many characters with the beginning, followed by a difference, means another response. */
    static final int OTHER_RESPONSE = 80;

    /** Longer text is not checked for periods. */
    private static final int PERIOD_BOUND = 4096;

    private final String sent;
    private final int length;
    private final String tail;
    private final String withheld;
    private final int minRepeated;
    private final int minWhole;
    private final StringBuilder held = new StringBuilder();
    /** How many held characters match the beginning of the first response. */
    private int matching;

    private boolean undecided;
    private boolean diverged;

    /**
     * @param sent the text that the client received
     * @param withheld the end of it that the second model did not receive, and so repeats correctly
     */
    Overlap(String sent, String withheld, boolean prefilled) {
        this.sent = sent;
        this.length = sent.length();
        this.tail = sent.substring(Math.max(0, length - WINDOW));
        this.withheld = withheld;
        this.minRepeated = prefilled ? MIN_PREFILLED : MIN_ASKED;
        this.minWhole = prefilled ? MIN_PREFILLED : MIN_WHOLE;
        this.undecided = length > 0;
    }

    boolean undecided() {
        return undecided;
    }

    /** Whether text is held back. */
    boolean hasHeld() {
        return undecided && !held.isEmpty();
    }

    /** True when the second response is another one: it starts like the first and then differs. */
    boolean diverged() {
        return diverged;
    }

    /**
     * Takes the next text.
     *
     * @return the text to forward now; empty while it is held back
     */
    String take(String text) {
        if (!undecided) {
            return diverged ? "" : text;
        }
        held.append(text);
        while (matching < length && matching < held.length() && held.charAt(matching) == sent.charAt(matching)) {
            matching++;
        }
        boolean again = matching == held.length();
        boolean repeats = held.length() <= WINDOW && tail.contains(held);
        return again || repeats ? "" : decide();
    }

    /** Ends the second response. Returns the part of the held text that is new. */
    String flush() {
        return undecided ? decide() : "";
    }

    private String decide() {
        undecided = false;
        int cut = repeated();
        if (cut < 0) {
            diverged = true;
            return "";
        }
        return held.substring(cut);
    }

    /** How many held characters repeat the first response, or -1 when this is another response. */
    private int repeated() {
        if (matching == length && length >= minWhole && !periodic(sent, length)) {
            return length;
        }
        int end = longestEnd();
        if (end >= minRepeated && !periodic(held, end)) {
            return end;
        }
        if (matching >= OTHER_RESPONSE && matching < length) {
            return -1;
        }
        int common = 0;
        while (common < withheld.length() && common < held.length() && withheld.charAt(common) == held.charAt(common)) {
            common++;
        }
        return common;
    }

    /** The longest prefix of the held text that ends the first response (Knuth-Morris-Pratt). */
    private int longestEnd() {
        int size = Math.min(held.length(), WINDOW);
        int[] borders = borders(held, size);
        int matched = 0;
        for (int i = 0; i < tail.length(); i++) {
            if (matched == size) {
                matched = borders[matched - 1];
            }
            while (matched > 0 && held.charAt(matched) != tail.charAt(i)) {
                matched = borders[matched - 1];
            }
            if (size > 0 && held.charAt(matched) == tail.charAt(i)) {
                matched++;
            }
        }
        return matched;
    }

    /** Whether the first {@code size} characters repeat a shorter period, possibly cut at the end. */
    private static boolean periodic(CharSequence text, int size) {
        if (size == 0 || size > PERIOD_BOUND) {
            return false;
        }
        int period = size - borders(text, size)[size - 1];
        return 2 * period <= size;
    }

    /** The length of the longest border of each prefix: a proper prefix that is also a suffix. */
    private static int[] borders(CharSequence text, int size) {
        int[] borders = new int[size];
        int border = 0;
        for (int i = 1; i < size; i++) {
            while (border > 0 && text.charAt(border) != text.charAt(i)) {
                border = borders[border - 1];
            }
            if (text.charAt(border) == text.charAt(i)) {
                border++;
            }
            borders[i] = border;
        }
        return borders;
    }
}
