package dev.sluice.model.chat;

/**
 * Whether the model must call a tool.
 *
 * @param name of the one function, with {@link Mode#NAMED} only
 */
public record ToolChoice(Mode mode, String name) {

    public static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, null);
    public static final ToolChoice NONE = new ToolChoice(Mode.NONE, null);
    public static final ToolChoice REQUIRED = new ToolChoice(Mode.REQUIRED, null);

    /** The modes of a tool choice. */
    public enum Mode {
        AUTO,
        NONE,
        REQUIRED,
        NAMED
    }

    public static ToolChoice named(String name) {
        return new ToolChoice(Mode.NAMED, name);
    }

    /** Whether the model must call a tool. */
    public boolean forces() {
        return mode == Mode.REQUIRED || mode == Mode.NAMED;
    }
}
