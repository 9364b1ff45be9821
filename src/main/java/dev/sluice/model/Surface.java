package dev.sluice.model;

/** An operation a client may ask for, named as the field names it. */
public enum Surface {
    CHAT_COMPLETIONS("/v1/chat/completions", "chat"),
    COMPLETIONS("/v1/completions", "completions"),
    RESPONSES("/v1/responses", "responses"),
    MESSAGES("/v1/messages", "messages"),
    MODELS("/v1/models", "models"),
    REALTIME("/v1/realtime", "realtime"),
    /** Followed by the provider's name and a path of its own API. */
    PASSTHROUGH("/passthrough", "passthrough");

    private final String path;
    private final String label;

    Surface(String path, String label) {
        this.path = path;
        this.label = label;
    }

    /** The path on Sluice's own data plane. */
    public String path() {
        return path;
    }

    /** The closed metric and log label, also the key under {@code paths} in the catalogue. */
    public String label() {
        return label;
    }
}
