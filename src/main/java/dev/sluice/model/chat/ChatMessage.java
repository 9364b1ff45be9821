package dev.sluice.model.chat;

import java.util.List;

/**
 * A message of a conversation.
 *
 * @param role the author; tool results are a message of their own, however the wire format groups them
 * @param name the author's name, or null
 */
public record ChatMessage(Role role, List<ContentPart> parts, String name) {

    /** The author of a message. */
    public enum Role {
        SYSTEM,
        /** OpenAI's newer role for instructions of the application; in other formats the same as {@link #SYSTEM}. */
        DEVELOPER,
        USER,
        ASSISTANT,
        /** Its parts are {@link ContentPart.ToolResult}s only. */
        TOOL
    }

    public static ChatMessage of(Role role, ContentPart... parts) {
        return new ChatMessage(role, List.of(parts), null);
    }

    /** Whether it is an instruction of the application, under either name of the role. */
    public boolean isInstruction() {
        return role == Role.SYSTEM || role == Role.DEVELOPER;
    }

    /** Without content, which must not be logged. */
    @Override
    public String toString() {
        return role + " " + parts.size() + " parts";
    }
}
