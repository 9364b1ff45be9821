package dev.sluice.binding;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** "Did you mean" suggestions: the valid word nearest to an unknown one, if it is near enough to be a typing error. */
public final class Suggestion {

    private Suggestion() {}

    static Optional<String> closest(String word, Collection<String> candidates) {
        int tolerance = Math.clamp(word.length() / 3, 1, 3);
        return candidates.stream()
                .filter(candidate -> distance(word, candidate) <= tolerance)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** The suggestion with a leading space, such as {@code (did you mean "timeouts"?)}, or an empty string. */
    public static String hint(String word, Collection<String> candidates) {
        return closest(word, candidates)
                .map(near -> " (did you mean \"" + near + "\"?)")
                .orElse("");
    }

    /** The edit distance, in which two swapped neighbours count as one edit: that is as common as a missing letter. */
    private static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
                least = Math.min(least, edits[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, edits[i - 2][j - 2] + 1);
                }
                edits[i][j] = least;
            }
        }
        return edits[a.length()][b.length()];
    }
}
