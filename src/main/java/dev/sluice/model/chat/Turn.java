package dev.sluice.model.chat;

import java.util.List;

/**
 * What one side said.
 *
 * @param role who; results of tools are a turn of their own, however the wire format groups them
 * @param name the speaker's name, or null
 */
public record Turn(Role role, List<Part> parts, String name) {

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        /** OpenAI's newer word for instructions of the application; elsewhere the same as {@link #SYSTEM}. */
        DEVELOPER,
        USER,
        ASSISTANT,
        /** Its parts are {@link Part.ToolResult}s only. */
        TOOL
    }

    public static Turn of(Role role, Part... parts) {
        return new Turn(role, List.of(parts), null);
    }

    /** Never what was said. */
    @Override
    public String toString() {
        return role + " " + parts.size() + " parts";
    }
}
