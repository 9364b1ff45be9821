package dev.sluice.protocol.error;

import java.util.regex.Pattern;

/** Makes a provider's own words fit to be shown to our clients: bounded, on one line, without pieces of keys. */
final class ErrorMessageText {

    static final int MAX_LENGTH = 500;

    /** Providers quote the refused key, often half masked, and name the account it belongs to. */
    private static final Pattern SECRETS =
            Pattern.compile("\\b(?:(?:sk|gsk|rk|xai|pplx|org|proj)[-_]|AIza|xa\\*)[A-Za-z0-9_*.\u2026-]{3,}|(?i:bearer)"
                    + " +[A-Za-z0-9_*.~+/=-]{6,}");

    private ErrorMessageText() {}

    /** Null stays null, and what is blank becomes it. */
    static String clean(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() <= 2 * MAX_LENGTH; i++) {
            char c = text.charAt(i);
            boolean space = Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c);
            if (!space) {
                line.append(c);
            } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
        String masked = SECRETS.matcher(line).replaceAll("***").strip();
        if (masked.isEmpty()) {
            return null;
        }
        if (masked.length() <= MAX_LENGTH) {
            return masked;
        }
        int cut = Character.isHighSurrogate(masked.charAt(MAX_LENGTH - 2)) ? MAX_LENGTH - 2 : MAX_LENGTH - 1;
        return masked.substring(0, cut) + "\u2026";
    }
}
