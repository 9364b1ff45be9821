package dev.sluice.testkit;

/** A page with one section, between two marker comments, that another test generates. */
public final class MarkedPage {

    private static final String BEGIN = "<!-- written by the contract suite (dev.sluice.contract.MatrixTest) -->\n";
    private static final String END = "<!-- end of what the contract suite writes -->\n";

    /** The section; empty if the page has no marker comments. */
    public static String between(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        return begin < 0 || end < begin ? "" : page.substring(begin + BEGIN.length(), end);
    }

    /** What follows the section, which other programs write. */
    public static String after(String page) {
        int end = page.indexOf(END);
        return end < 0 ? "" : page.substring(end + END.length());
    }

    /** The page with the section replaced. Without marker comments, the section is appended. */
    public static String replace(String page, String part) {
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
