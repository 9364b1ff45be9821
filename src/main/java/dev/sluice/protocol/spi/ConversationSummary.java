package dev.sluice.protocol.spi;

/** The text of a message of the user that stands for a conversation which was compacted. */
public final class ConversationSummary {

    private static final String INTRODUCTION = "Summary of the conversation before this message:\n\n";

    private ConversationSummary() {}

    public static String text(String summary) {
        return INTRODUCTION + summary;
    }

    public static boolean isText(String text) {
        return text.startsWith(INTRODUCTION);
    }
}
