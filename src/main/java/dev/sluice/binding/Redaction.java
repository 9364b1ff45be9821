package dev.sluice.binding;

import java.util.regex.Pattern;

/** Masks possible secrets in everything printed: problems, the effective config, warnings. */
public final class Redaction {

    public static final String MASK = "***";

    private static final int LONGEST_QUOTE = 80;
    private static final Pattern SECRET_HEADER =
            Pattern.compile("auth|key|token|secret|cookie|password|credential", Pattern.CASE_INSENSITIVE);
    private static final Pattern USER_INFO = Pattern.compile("(?<=//)[^/?#]*@");
    private static final Pattern SECRET_QUERY =
            Pattern.compile("(?i)([?&][^=&]*(?:pass|key|token|secret|sig)[^=&]*=)[^&#]*");
    private static final Pattern SECRET_PATH = Pattern.compile("(^|[.\\[])(headers|hash|key|pepper|cert)([.\\[]|$)");
    /** Matches what looks like an API key, in case one was pasted into another field. Model names do not match. */
    private static final Pattern KEY_LIKE =
            Pattern.compile("\\b(sk|pk|xai|gsk|pplx|key)[-_]\\S+|(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16,}");

    /** Controls, and what changes the direction of a text or has no width. */
    private static final String INVISIBLE = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]";

    private Redaction() {}

    public static boolean secretHeader(String name) {
        return SECRET_HEADER.matcher(name).find();
    }

    public static String url(String url) {
        String anonymous = USER_INFO.matcher(url).replaceFirst(MASK + "@");
        return SECRET_QUERY.matcher(anonymous).replaceAll("$1" + MASK);
    }

    /** The origin of a URL whose path is secret, such as that of a webhook. */
    public static String origin(String url) {
        String origin = url(url).replaceFirst("(?<=[^:/])[/?].*", "");
        return origin + "/" + MASK;
    }

    /** A value from the file, quoted and masked, for an error message. */
    static String quote(String path, String value) {
        if (SECRET_PATH.matcher(path).find()) {
            return "\"" + MASK + "\"";
        }
        String shown = KEY_LIKE.matcher(url(value)).replaceAll(MASK).replaceAll(INVISIBLE, "?");
        return "\"" + (shown.length() > LONGEST_QUOTE ? shown.substring(0, LONGEST_QUOTE) + "..." : shown) + "\"";
    }
}
