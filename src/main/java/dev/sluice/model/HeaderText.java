package dev.sluice.model;

/** Text that is fit for the value of a header (RFC 9110, 5.5). */
public final class HeaderText {

    private static final String MORE = "...";

    private HeaderText() {}

    /** Whether a value has no control characters but tabs. */
    public static boolean isValid(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** The text as printable ASCII, with a question mark for any other character, and the end of a long one cut. */
    public static String printable(String text, int maxLength) {
        int length = Math.min(text.length(), maxLength);
        StringBuilder printable = new StringBuilder(length + MORE.length());
        for (int i = 0; i < length; i++) {
            char each = text.charAt(i);
            printable.append(each < ' ' || each > '~' ? '?' : each);
        }
        return text.length() > length ? printable.append(MORE).toString() : printable.toString();
    }
}
