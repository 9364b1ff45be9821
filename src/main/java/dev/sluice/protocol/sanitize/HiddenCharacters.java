package dev.sluice.protocol.sanitize;

/**
 * The characters that a reader does not see: control characters except tabs and line ends, and Unicode's
 * default-ignorable characters (zero-width spaces and joiners, soft hyphens, directional marks, variation selectors,
 * fillers, tags). One of them inside a word would hide it from a pattern.
 */
final class HiddenCharacters {

    private static final int FIRST_VISIBLE = 0x20;
    private static final int LAST_VISIBLE_ASCII = 0x7E;

    /** One bit for each UTF-16 unit that is hidden, or is a high surrogate that hidden characters begin with. */
    private static final long[] UNITS = new long[(Character.MAX_VALUE + 1) / Long.SIZE];

    static {
        // The other planes have none.
        mark(0, 0x1FFFF);
        mark(0xE0000, 0xE0FFF);
    }

    private HiddenCharacters() {}

    /** Whether the text has any. */
    static boolean in(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean mayBeHidden =
                    (unit < FIRST_VISIBLE || unit > LAST_VISIBLE_ASCII) && (UNITS[unit / Long.SIZE] & 1L << unit) != 0;
            if (mayBeHidden && (!Character.isHighSurrogate(unit) || isHidden(text.codePointAt(i)))) {
                return true;
            }
        }
        return false;
    }

    static boolean isHidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint != '\n' && codePoint != '\r' && codePoint != '\t';
            case Character.FORMAT -> !isVisibleFormat(codePoint);
            default -> isIgnorable(codePoint);
        };
    }

    static boolean isVariationSelector(int codePoint) {
        return codePoint >= 0xFE00 && codePoint <= 0xFE0F || isIdeographicSelector(codePoint);
    }

    static boolean isIdeographicSelector(int codePoint) {
        return codePoint >= 0xE0100 && codePoint <= 0xE01EF;
    }

    private static void mark(int from, int to) {
        for (int codePoint = from; codePoint <= to; codePoint++) {
            if (isHidden(codePoint)) {
                int unit = Character.isBmpCodePoint(codePoint) ? codePoint : Character.highSurrogate(codePoint);
                UNITS[unit / Long.SIZE] |= 1L << unit;
            }
        }
    }

    /** Format characters with a glyph: signs around numbers and verses (Arabic, Syriac, Kaithi), hieroglyph joiners. */
    private static boolean isVisibleFormat(int codePoint) {
        return codePoint >= 0x0600 && codePoint <= 0x0605
                || codePoint == 0x06DD
                || codePoint == 0x070F
                || codePoint == 0x0890
                || codePoint == 0x0891
                || codePoint == 0x08E2
                || codePoint == 0x110BD
                || codePoint == 0x110CD
                || codePoint >= 0x13430 && codePoint <= 0x1343F;
    }

    /** Default_Ignorable_Code_Point of Unicode, without the format characters. */
    private static boolean isIgnorable(int codePoint) {
        return codePoint == 0x034F
                || codePoint == 0x115F
                || codePoint == 0x1160
                || codePoint == 0x17B4
                || codePoint == 0x17B5
                || codePoint >= 0x180B && codePoint <= 0x180F
                || codePoint == 0x2065
                || codePoint == 0x3164
                || codePoint == 0xFFA0
                || codePoint >= 0xFFF0 && codePoint <= 0xFFF8
                || isVariationSelector(codePoint)
                || codePoint >= 0xE0000 && codePoint <= 0xE0FFF;
    }
}
