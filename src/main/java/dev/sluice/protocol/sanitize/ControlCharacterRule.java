package dev.sluice.protocol.sanitize;

import java.lang.Character.UnicodeBlock;
import java.lang.Character.UnicodeScript;
import java.util.List;

/**
 * Removes hidden characters that have no meaning where they are. They can carry instructions that only the model reads.
 * Kept are tabs and line ends, and single hidden characters where writing needs them: selectors and joiners of emoji,
 * joiners and marks beside letters of scripts that use them, such as Arabic and Devanagari. Characters that override
 * the direction of a text are always removed.
 */
final class ControlCharacterRule implements TextRule {

    private static final int NONE = -1;
    private static final int BLACK_FLAG = 0x1F3F4;
    private static final int KEYCAP = 0x20E3;
    private static final int JOINER = 0x200D;
    private static final int EMOJI_STYLE = 0xFE0F;
    /** The first code point with a script that has joiners: Hebrew follows. */
    private static final int FIRST_OF_JOINING_SCRIPTS = 0x0590;
    /** No character before has variants other than those of emoji, except digits. */
    private static final int FIRST_WITH_VARIANTS = 0x1000;

    /** The tags of the flags of England, Scotland and Wales, in UTF-16; Unicode recommends no others. */
    private static final List<String> FLAG_TAGS = List.of(tags("gbeng"), tags("gbsct"), tags("gbwls"));

    @Override
    public String apply(String text, SanitizerFindings findings) {
        if (!HiddenCharacters.in(text)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        int before = NONE;
        int next = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int end = i + Character.charCount(codePoint);
            boolean kept = !HiddenCharacters.isHidden(codePoint);
            if (!kept && before == BLACK_FLAG) {
                int flagEnd = flagEnd(text, i);
                kept = flagEnd > i;
                end = kept ? flagEnd : end;
            }
            if (!kept) {
                next = nextVisible(text, Math.max(next, end));
                kept = hasMeaning(before, codePoint, next < text.length() ? text.codePointAt(next) : NONE);
            }
            if (kept) {
                clean.append(text, i, end);
                before = codePoint;
            }
            i = end;
        }
        if (clean.length() == text.length()) {
            return text;
        }
        findings.count("controls");
        return clean.toString();
    }

    @Override
    public int decidedUntil(String text, int until) {
        return until;
    }

    private static int nextVisible(String text, int from) {
        int at = from;
        while (at < text.length() && HiddenCharacters.isHidden(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    private static int flagEnd(String text, int from) {
        for (String tags : FLAG_TAGS) {
            if (text.startsWith(tags, from)) {
                return from + tags.length();
            }
        }
        return from;
    }

    private static String tags(String region) {
        StringBuilder tags = new StringBuilder();
        region.chars().forEach(letter -> tags.appendCodePoint(0xE0000 + letter));
        return tags.appendCodePoint(0xE007F).toString();
    }

    /**
     * Whether a hidden character is part of writing.
     *
     * @param before the last character that was kept, or {@link #NONE}
     * @param after the next visible character, or {@link #NONE}
     */
    private static boolean hasMeaning(int before, int hidden, int after) {
        if (hidden == JOINER && joinsEmoji(before, after)) {
            return true;
        }
        if (before != NONE && HiddenCharacters.isHidden(before)) {
            return false;
        }
        return switch (hidden) {
            // Zero-width spaces and joiners, directional marks, and marks of Hebrew, Khmer and Mongolian
            case 0x200B, 0x200C, JOINER, 0x200E, 0x200F, 0x061C, 0x034F, 0x17B4, 0x17B5 ->
                joins(before) || joins(after);
            case 0x180B, 0x180C, 0x180D, 0x180E, 0x180F -> joins(before) || joins(after);
            case 0x115F, 0x1160 -> isJamo(before) || isJamo(after);
            case 0xFE0E, EMOJI_STYLE -> isEmoji(before) || after == KEYCAP;
            default ->
                HiddenCharacters.isIdeographicSelector(hidden)
                        ? before != NONE && Character.isIdeographic(before)
                        : HiddenCharacters.isVariationSelector(hidden)
                                ? before >= FIRST_WITH_VARIANTS
                                : isNotation(hidden, before, after);
        };
    }

    private static boolean joinsEmoji(int before, int after) {
        return after != NONE && Character.isExtendedPictographic(after) && (before == EMOJI_STYLE || isEmoji(before));
    }

    /** Without digits, {@code #} and {@code *}, which are emoji only before {@link #KEYCAP}. */
    private static boolean isEmoji(int codePoint) {
        return codePoint > '~' && Character.isEmoji(codePoint);
    }

    /** Whether the character belongs to a script whose writing uses joiners, zero-width spaces or directional marks. */
    private static boolean joins(int codePoint) {
        return codePoint >= FIRST_OF_JOINING_SCRIPTS
                && switch (UnicodeScript.of(codePoint)) {
                    case COMMON,
                            INHERITED,
                            UNKNOWN,
                            LATIN,
                            GREEK,
                            CYRILLIC,
                            ARMENIAN,
                            GEORGIAN,
                            HAN,
                            HIRAGANA,
                            KATAKANA,
                            BOPOMOFO,
                            HANGUL -> false;
                    default -> true;
                };
    }

    /** A letter of which Hangul syllables are composed. */
    private static boolean isJamo(int codePoint) {
        return codePoint >= 0x1100 && codePoint <= 0x11FF
                || codePoint >= 0xA960 && codePoint <= 0xA97F
                || codePoint >= 0xD7B0 && codePoint <= 0xD7FF;
    }

    /** Beams and slurs of music, and overlaps of shorthand. */
    private static boolean isNotation(int hidden, int before, int after) {
        UnicodeBlock block = hidden >= 0x1D173 && hidden <= 0x1D17A
                ? UnicodeBlock.MUSICAL_SYMBOLS
                : hidden >= 0x1BCA0 && hidden <= 0x1BCA3 ? UnicodeBlock.DUPLOYAN : null;
        return block != null
                && (before != NONE && UnicodeBlock.of(before) == block
                        || after != NONE && UnicodeBlock.of(after) == block);
    }
}
