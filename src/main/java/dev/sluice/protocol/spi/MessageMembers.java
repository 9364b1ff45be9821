package dev.sluice.protocol.spi;

import java.util.Map;

/**
 * A client format's own names for parts of messages, for errors. Encoders for providers do not know the client, and
 * name the parts as Chat Completions do, such as {@code messages.tool_call_id}.
 */
public final class MessageMembers {

    /** The names of Chat Completions, and of formats without others. */
    public static final MessageMembers OF_CHAT = new MessageMembers("messages", Map.of());

    private static final String MESSAGES = "messages";

    private final String root;
    private final Map<String, String> names;

    /**
     * @param root the member that has the messages
     * @param names a part's name in Chat Completions to its path below {@code root}
     */
    public MessageMembers(String root, Map<String, String> names) {
        this.root = root;
        this.names = names;
    }

    /** The client's path for one of Chat Completions; the same for a path to anything but messages. */
    public String path(String ofChat) {
        if (ofChat == null || !ofChat.startsWith(MESSAGES)) {
            return ofChat;
        }
        if (ofChat.length() == MESSAGES.length()) {
            return root;
        }
        int start = MESSAGES.length() + 1;
        int end = ofChat.indexOf('.', start);
        String name = ofChat.substring(start, end < 0 ? ofChat.length() : end);
        return root + '.' + names.getOrDefault(name, name) + (end < 0 ? "" : ofChat.substring(end));
    }
}
