package dev.sluice.config;

import java.util.regex.Pattern;

/** Keeps what may be a secret out of everything printed: problems, the effective config, warnings. */
final class Redaction {

    static final String MASK = "***";

    private static final int LONGEST_QUOTE = 80;
    private static final Pattern SECRET_HEADER =
            Pattern.compile("auth|key|token|secret|cookie|password|credential", Pattern.CASE_INSENSITIVE);
    private static final Pattern USER_INFO = Pattern.compile("(?<=//)[^/@]*@");
    private static final Pattern SECRET_PATH = Pattern.compile("(^|[.\\[])(headers|hash|key|pepper|cert)([.\\[]|$)");
    /** A run of letters and digits as long as keys are: somebody pasted one into the wrong place. */
    private static final Pattern KEY_LIKE = Pattern.compile("(?=\\S*\\d)(?=\\S*[A-Za-z])[A-Za-z0-9_-]{16,}|\\bsk-\\S+");

    private Redaction() {}

    static boolean secretHeader(String name) {
        return SECRET_HEADER.matcher(name).find();
    }

    static String url(String url) {
        return USER_INFO.matcher(url).replaceFirst(MASK + "@");
    }

    /** A value from the file, in quotes, for an error about it. */
    static String quote(String path, String value) {
        if (SECRET_PATH.matcher(path).find()) {
            return "\"" + MASK + "\"";
        }
        String shown = KEY_LIKE.matcher(url(value)).replaceAll(MASK).replaceAll("\\p{Cntrl}", "?");
        return "\"" + (shown.length() > LONGEST_QUOTE ? shown.substring(0, LONGEST_QUOTE) + "..." : shown) + "\"";
    }
}
