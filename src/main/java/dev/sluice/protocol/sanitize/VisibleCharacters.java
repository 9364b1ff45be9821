package dev.sluice.protocol.sanitize;

import java.util.Arrays;

/** A text without its {@link HiddenCharacters}, and where each remaining character is in the original. */
final class VisibleCharacters {

    private final String original;
    private final String visible;
    /** The position in the original of each visible character, then the length of the original. */
    private final int[] positions;

    private VisibleCharacters(String original, String visible, int[] positions) {
        this.original = original;
        this.visible = visible;
        this.positions = positions;
    }

    /** Null when nothing in the text is hidden. */
    static VisibleCharacters of(String text) {
        if (!HiddenCharacters.in(text)) {
            return null;
        }
        StringBuilder visible = new StringBuilder(text.length());
        int[] positions = new int[text.length() + 1];
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int end = i + Character.charCount(codePoint);
            for (; i < end; i++) {
                if (!HiddenCharacters.isHidden(codePoint)) {
                    positions[visible.length()] = i;
                    visible.append(text.charAt(i));
                }
            }
        }
        positions[visible.length()] = text.length();
        return new VisibleCharacters(text, visible.toString(), positions);
    }

    String original() {
        return original;
    }

    String visible() {
        return visible;
    }

    /** Where the visible character at this position is in the original; the original's length at the end. */
    int originalStart(int position) {
        return positions[position];
    }

    /** Where the text before this position ends in the original. Hidden characters behind it are not part of it. */
    int originalEnd(int position) {
        return position == 0 ? 0 : positions[position - 1] + 1;
    }

    /** Whether the original has hidden characters between two positions, directly before them or directly behind. */
    boolean hasHiddenAround(int start, int end) {
        return originalStart(end) - originalEnd(start) > end - start;
    }

    /** The number of visible characters before a position in the original. */
    int visibleBefore(int originalPosition) {
        int found = Arrays.binarySearch(positions, 0, visible.length(), originalPosition);
        return found < 0 ? -found - 1 : found;
    }
}
