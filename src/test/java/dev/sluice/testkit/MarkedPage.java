package dev.sluice.testkit;

/** A page of which one part, between two comments, is written by another test than the rest. */
public final class MarkedPage {

    private static final String BEGIN = "<!-- written by the contract suite (dev.sluice.contract.MatrixTest) -->\n";
    private static final String END = "<!-- end of what the contract suite writes -->\n";

    /** The part, or nothing when the page has no such comments. */
    public static String between(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        return begin < 0 || end < begin ? "" : page.substring(begin + BEGIN.length(), end);
    }

    /** The page with another part; a page without such comments gets them at its end. */
    public static String replaced(String page, String part) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        return begin < 0 || end < begin
                ? page + marked(part)
                : page.substring(0, begin) + marked(part) + page.substring(end + END.length());
    }

    private static String marked(String part) {
        return BEGIN + part + END;
    }

    private MarkedPage() {}
}
