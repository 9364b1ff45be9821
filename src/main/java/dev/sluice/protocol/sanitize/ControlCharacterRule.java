package dev.sluice.protocol.sanitize;

/**
 * Removes control characters (Unicode category Cc) except line feed, carriage return and tab, and the invisible
 * characters that can hide instructions: the tag block U+E0000 to U+E007F and the directional overrides.
 */
final class ControlCharacterRule implements TextRule {

    @Override
    public String apply(String text, SanitizerFindings findings) {
        if (text.codePoints().noneMatch(ControlCharacterRule::hidden)) {
            return text;
        }
        findings.count("controls");
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().filter(each -> !hidden(each)).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    @Override
    public int decidedUntil(String text, int until) {
        return until;
    }

    private static boolean hidden(int character) {
        boolean control = Character.getType(character) == Character.CONTROL
                && character != '\n'
                && character != '\r'
                && character != '\t';
        boolean tag = character >= 0xE0000 && character <= 0xE007F;
        boolean override = character >= 0x202A && character <= 0x202E || character >= 0x2066 && character <= 0x2069;
        return control || tag || override;
    }
}
