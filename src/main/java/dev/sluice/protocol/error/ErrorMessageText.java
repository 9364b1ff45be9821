package dev.sluice.protocol.error;

import dev.sluice.model.GatewayError;
import java.util.regex.Pattern;

/**
 * Cleans a provider's error text for Sluice's clients and operators: bounded, on one line, with API keys masked and
 * without characters that are invisible or change the direction of the text.
 */
final class ErrorMessageText {

    static final int MAX_LENGTH = 500;

    /** Providers quote the rejected key, often partly masked, and name its account. */
    private static final Pattern SECRETS =
            Pattern.compile("\\b(?:(?:sk|gsk|rk|xai|pplx|org|proj)[-_]|AIza|xa\\*)[A-Za-z0-9_*.\u2026-]{3,}|(?i:bearer)"
                    + " +[A-Za-z0-9_*.~+/=-]{6,}");

    private ErrorMessageText() {}

    /** Returns null for null and for blank text. */
    static String clean(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder line = new StringBuilder();
        int c;
        int i = 0;
        for (; i < text.length() && line.length() <= 2 * MAX_LENGTH; i += Character.charCount(c)) {
            c = text.codePointAt(i);
            boolean space = Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c);
            if (Character.getType(c) == Character.FORMAT) {
                continue;
            }
            if (!space) {
                line.appendCodePoint(c);
            } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
        String masked = SECRETS.matcher(line).replaceAll("***").strip();
        if (masked.isEmpty()) {
            return null;
        }
        boolean complete = i == text.length();
        if (masked.length() <= (complete ? MAX_LENGTH : MAX_LENGTH - 1)) {
            return complete ? masked : masked + GatewayError.CUT;
        }
        int cut = Character.isHighSurrogate(masked.charAt(MAX_LENGTH - 2)) ? MAX_LENGTH - 2 : MAX_LENGTH - 1;
        return masked.substring(0, cut) + GatewayError.CUT;
    }
}
