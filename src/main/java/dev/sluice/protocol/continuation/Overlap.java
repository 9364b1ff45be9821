package dev.sluice.protocol.continuation;

/**
 * Finds where a second answer goes on from a first one. Models asked to go on sometimes repeat the last words, or start
 * again from the beginning: the second answer's first words are held until it shows which of them it is.
 *
 * <p>A repetition must be long enough, and not itself made of repetitions ({@code -----}, a chorus), to be told from
 * words that are meant: where it cannot be told nothing is left out, for a word twice is a smaller lie than a word
 * lost.
 */
final class Overlap {

    /** How many characters may be held, and so be found repeated; a start from the beginning is followed to its end. */
    static final int WINDOW = 200;

    /** The least repetition of the end, in characters, of a model that was asked to go on. */
    static final int LEAST_ASKED = 12;

    /** The same, of a model whose own turn it still is: those go on exactly, and what they repeat is mostly meant. */
    static final int LEAST_PREFILLED = 40;

    /** An answer so short is taken for repeated only as a whole, which a continuation has no reason to begin with. */
    private static final int LEAST_WHOLE = 4;

    /** So many characters like those of the beginning, and then others: another answer, not the rest of this one. */
    static final int OTHER_ANSWER = 80;

    /** Beyond this nothing is looked at for being made of repetitions. */
    private static final int PERIOD_BOUND = 4096;

    private final String sent;
    private final int length;
    private final String tail;
    private final String withheld;
    private final int least;
    private final int leastWhole;
    private final StringBuilder held = new StringBuilder();
    private int same;
    private boolean deciding;
    private boolean diverged;

    /**
     * @param said what the client was told
     * @param withheld the end of it that the second model was not told, and so rightly says again
     */
    Overlap(String said, String withheld, boolean prefilled) {
        this.sent = said;
        this.length = said.length();
        this.tail = said.substring(Math.max(0, length - WINDOW));
        this.withheld = withheld;
        this.least = prefilled ? LEAST_PREFILLED : LEAST_ASKED;
        this.leastWhole = prefilled ? LEAST_PREFILLED : LEAST_WHOLE;
        this.deciding = length > 0;
    }

    boolean deciding() {
        return deciding;
    }

    /** Whether words are held. */
    boolean hasHeld() {
        return deciding && !held.isEmpty();
    }

    /** True when the second answer is another one: it began like the first and then said something else. */
    boolean diverged() {
        return diverged;
    }

    /**
     * Takes the next words.
     *
     * @return what may be said now; empty while they are held
     */
    String take(String words) {
        if (!deciding) {
            return diverged ? "" : words;
        }
        held.append(words);
        while (same < length && same < held.length() && held.charAt(same) == sent.charAt(same)) {
            same++;
        }
        boolean again = same == held.length();
        boolean repeats = held.length() <= WINDOW && tail.contains(held);
        return again || repeats ? "" : decide();
    }

    /** Nothing comes any more; what of the held words is new. */
    String flush() {
        return deciding ? decide() : "";
    }

    private String decide() {
        deciding = false;
        int cut = repeated();
        if (cut < 0) {
            diverged = true;
            return "";
        }
        return held.substring(cut);
    }

    /** How many of the held characters were said already, or -1 when this is another answer. */
    private int repeated() {
        if (same == length && length >= leastWhole && !periodic(sent, length)) {
            return length;
        }
        int end = longestEnd();
        if (end >= least && !periodic(held, end)) {
            return end;
        }
        if (same >= OTHER_ANSWER && same < length) {
            return -1;
        }
        int common = 0;
        while (common < withheld.length() && common < held.length() && withheld.charAt(common) == held.charAt(common)) {
            common++;
        }
        return common;
    }

    /** The most of the held characters, from their first, that are the last ones said (Knuth, Morris and Pratt). */
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

    /** Whether the first characters are something twice or more often, perhaps cut at the end. */
    private static boolean periodic(CharSequence text, int size) {
        if (size == 0 || size > PERIOD_BOUND) {
            return false;
        }
        int period = size - borders(text, size)[size - 1];
        return 2 * period <= size;
    }

    /** For each beginning of the text, the length of its longest proper part that both begins and ends it. */
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
