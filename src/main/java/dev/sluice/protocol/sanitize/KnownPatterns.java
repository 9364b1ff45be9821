package dev.sluice.protocol.sanitize;

import dev.sluice.config.SanitizeConfig.Kind;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Patterns of secrets and personal data. Patterns are RE2's, so they run in linear time. Forms: e-mail as in HTML
 * forms, E.164 and national numbers of 8 digits or more, cards of 13 to 19 digits with a valid Luhn digit, IBAN by ISO
 * 13616 with its check digits, API keys by documented prefixes.
 */
final class KnownPatterns {

    /** The maximum length of a match; longer words pass. */
    static final int LONGEST_WORD = 512;

    static final String PHONE = "(?:\\+|\\b)\\(?[0-9]{1,4}\\)?(?:[ ./()-]{0,2}[0-9]{2,5}){2,5}\\b";
    static final String CREDIT_CARD = "\\b(?:[0-9][ -]?){12,18}[0-9]\\b";
    static final String IBAN = "\\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\\b";
    static final String IP_ADDRESS =
            "\\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\b"
                    + "|\\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\\b";

    private static final int PHONE_DIGITS = 8;
    private static final String DIGITS = "0123456789";
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int LONGEST_BLOCK = 16 * 1024;
    private static final String BEGIN = "-----BEGIN ";

    /** Every API key contains one of these. */
    private static final List<String> KEY_PREFIXES = List.of(
            "sk-",
            "sk_",
            "pk-",
            "pk_",
            "rk-",
            "rk_",
            "xai-",
            "xai_",
            "pplx-",
            "pplx_",
            "hf-",
            "hf_",
            "ghp-",
            "ghp_",
            "gho-",
            "gho_",
            "ghs-",
            "ghs_",
            "glpat-",
            "glpat_",
            "xox",
            "github_pat_",
            "AKIA",
            "ASIA",
            "AIza");

    private KnownPatterns() {}

    static TextRule of(Kind kind) {
        return switch (kind) {
            case EMAIL ->
                words(
                        kind,
                        "[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9-]{1,63}){1,4}",
                        CandidateSpans.wholeText(text -> text.indexOf('@') >= 0));
            case PHONE ->
                spaced(kind, PHONE, CandidateSpans.of(DIGITS + " +./()-", DIGITS, PHONE_DIGITS), KnownPatterns::phone);
            case CREDIT_CARD ->
                spaced(kind, CREDIT_CARD, CandidateSpans.of(DIGITS + " -", DIGITS, 13), KnownPatterns::luhn);
            case IBAN ->
                spaced(
                        kind,
                        IBAN,
                        CandidateSpans.of(CAPITALS + DIGITS + " ", CAPITALS + DIGITS, 12),
                        KnownPatterns::iban);
            case IP_ADDRESS -> words(kind, IP_ADDRESS, CandidateSpans.of(DIGITS + "ABCDEFabcdef.:", ".:", 3));
            case API_KEY ->
                words(
                        kind,
                        "\\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,200}|\\b(?:xai|gsk|pplx|hf|ghp|gho|ghs|glpat|xox[abprs])[-_][A-Za-z0-9_-]{16,250}"
                            + "|\\bgithub_pat_[A-Za-z0-9_]{20,100}|\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b|\\bAIza[A-Za-z0-9_-]{35}",
                        CandidateSpans.wholeText(text -> KEY_PREFIXES.stream().anyMatch(text::contains)));
            case PRIVATE_KEY ->
                new RedactRule(
                        label(kind),
                        "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\\s:,.-]*?-----END [A-Z ]{0,30}PRIVATE"
                                + " KEY-----",
                        CandidateSpans.wholeText(text -> text.contains(BEGIN)),
                        KnownPatterns::any,
                        KnownPatterns::openBlock);
            case JWT ->
                words(
                        kind,
                        "\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]*",
                        CandidateSpans.wholeText(text -> text.contains("eyJ")));
        };
    }

    /** An operator's pattern. Its possible length is unknown, so a fixed amount of text is held back. */
    static TextRule custom(String name, String pattern) {
        return new RedactRule(
                name,
                pattern,
                CandidateSpans.wholeText(KnownPatterns::any),
                KnownPatterns::any,
                text -> Math.max(0, text.length() - LONGEST_WORD / 2));
    }

    private static TextRule words(Kind kind, String pattern, CandidateSpans spans) {
        return new RedactRule(label(kind), pattern, spans, KnownPatterns::any, text -> trailing(text, false));
    }

    private static TextRule spaced(Kind kind, String pattern, CandidateSpans spans, Predicate<String> valid) {
        return new RedactRule(label(kind), pattern, spans, valid, text -> trailing(text, true));
    }

    private static String label(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** The start of the last word, or of the last space-separated groups of digits and capitals. */
    private static int trailing(String text, boolean groups) {
        int at = text.length();
        int earliest = Math.max(0, at - (groups ? 64 : LONGEST_WORD * 16));
        while (at > earliest && mayContinueMatch(text.charAt(at - 1), groups)) {
            at--;
        }
        return at;
    }

    private static boolean mayContinueMatch(char character, boolean groups) {
        if (groups) {
            return character == ' '
                    || character >= '0' && character <= '9'
                    || character >= 'A' && character <= 'Z'
                    || "+-()./".indexOf(character) >= 0;
        }
        return !Character.isWhitespace(character);
    }

    /** The start of an unfinished PEM block, or of a partial BEGIN marker. */
    private static int openBlock(String text) {
        int begin = text.lastIndexOf(BEGIN);
        if (begin >= 0 && text.length() - begin < LONGEST_BLOCK && !closed(text, begin)) {
            return begin;
        }
        for (int length = Math.min(BEGIN.length() - 1, text.length()); length > 0; length--) {
            if (text.endsWith(BEGIN.substring(0, length))) {
                return text.length() - length;
            }
        }
        return text.length();
    }

    private static boolean closed(String text, int begin) {
        int end = text.indexOf("-----END ", begin);
        return end >= 0 && text.indexOf("-----", end + BEGIN.length()) >= 0;
    }

    static boolean any(String found) {
        return true;
    }

    static boolean phone(String found) {
        long digits = found.chars().filter(Character::isDigit).count();
        return digits >= PHONE_DIGITS && digits <= 15;
    }

    static boolean luhn(String found) {
        int sum = 0;
        boolean doubled = false;
        for (int i = found.length() - 1; i >= 0; i--) {
            int digit = Character.digit(found.charAt(i), 10);
            if (digit >= 0) {
                int value = doubled ? digit * 2 : digit;
                sum += value > 9 ? value - 9 : value;
                doubled = !doubled;
            }
        }
        return sum % 10 == 0;
    }

    static boolean iban(String found) {
        String plain = found.replace(" ", "");
        if (plain.length() < 15 || plain.length() > 34) {
            return false;
        }
        int rest = 0;
        for (char each : (plain.substring(4) + plain.substring(0, 4)).toCharArray()) {
            int value = Character.digit(each, 36);
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest == 1;
    }
}
