package dev.sluice.protocol.spi;

/**
 * What a wire format accepts as names and ids of tools. Names consist of ASCII letters, digits, {@code _} and
 * {@code -}, and of {@code moreCharacters}.
 *
 * @param nameLength longest name
 * @param moreCharacters further characters in names
 * @param startsWithLetter whether a name must begin with a letter or {@code _}
 * @param idLength longest id of a call; {@link Integer#MAX_VALUE} for no limit
 * @param customTools whether the format has tools that take free text, so that they are no functions there
 */
public record ToolRules(
        int nameLength, String moreCharacters, boolean startsWithLetter, int idLength, boolean customTools) {

    /** The rules of OpenAI's functions, which most formats share. */
    public static ToolRules ofIds(int idLength) {
        return new ToolRules(64, "", false, idLength, false);
    }

    public boolean accepts(String name) {
        if (name.isEmpty() || name.length() > nameLength || startsWithLetter && !mayStart(name.charAt(0))) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!accepts(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    public boolean accepts(char c) {
        return isLetter(c) || c >= '0' && c <= '9' || c == '_' || c == '-' || moreCharacters.indexOf(c) >= 0;
    }

    public boolean mayStart(char c) {
        return isLetter(c) || c == '_';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
