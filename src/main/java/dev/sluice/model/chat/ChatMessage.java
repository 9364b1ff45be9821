package dev.sluice.model.chat;

import java.util.List;

/**
 * What one side said.
 *
 * @param role who; results of tools are a turn of their own, however the wire format groups them
 * @param name the speaker's name, or null
 */
public record ChatMessage(Role role, List<ContentPart> parts, String name) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        /** OpenAI's newer word for instructions of the application; elsewhere the same as {@link #SYSTEM}. */
        DEVELOPER,
        USER,
        ASSISTANT,
        /** Its parts are {@link ContentPart.ToolResult}s only. */
        TOOL
    }

    public static ChatMessage of(Role role, ContentPart... parts) {
        return new ChatMessage(role, List.of(parts), null);
    }

    /** Never what was said. */
    @Override
    public String toString() {
        return role + " " + parts.size() + " parts";
    }
}
