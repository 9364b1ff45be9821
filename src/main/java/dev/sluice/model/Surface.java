package dev.sluice.model;

/** An API operation that clients can request. */
public enum Surface {
    CHAT_COMPLETIONS("/v1/chat/completions", "chat"),
    COMPLETIONS("/v1/completions", "completions"),
    RESPONSES("/v1/responses", "responses"),
    MESSAGES("/v1/messages", "messages"),
    /** Counts the tokens of a request of {@link #MESSAGES}. */
    COUNT_TOKENS("/v1/messages/count_tokens", "count_tokens"),
    /** Counts the tokens of a request of {@link #RESPONSES}. */
    INPUT_TOKENS("/v1/responses/input_tokens", "input_tokens"),
    /** Gemini's conversations, whole and streamed. The model is a part of the path. */
    GENERATE("/v1beta/models/{model}:generateContent", "generate"),
    /** Counts the tokens of a request of {@link #GENERATE}. */
    GENERATE_COUNT("/v1beta/models/{model}:countTokens", "generate_count"),
    MODELS("/v1/models", "models"),
    REALTIME("/v1/realtime", "realtime"),
    /** The path continues with the provider's name and a path of its own API. */
    PASSTHROUGH("/passthrough", "passthrough"),
    EMBEDDINGS("/v1/embeddings", "embeddings"),
    RERANK("/v1/rerank", "rerank"),
    MODERATIONS("/v1/moderations", "moderations"),
    IMAGES("/v1/images/generations", "images"),
    IMAGE_EDITS("/v1/images/edits", "image_edits"),
    SPEECH("/v1/audio/speech", "speech"),
    TRANSCRIPTIONS("/v1/audio/transcriptions", "transcriptions"),
    TRANSLATIONS("/v1/audio/translations", "translations"),
    VIDEOS("/v1/videos", "videos"),
    /** The status of one previously requested video. Has no body. */
    VIDEO("/v1/videos/{id}", "video"),
    /** The content of one video. Has no body. */
    VIDEO_CONTENT("/v1/videos/{id}/content", "video_content"),
    FILES("/v1/files", "files"),
    BATCHES("/v1/batches", "batches");

    private final String path;
    private final String label;

    Surface(String path, String label) {
        this.path = path;
        this.label = label;
    }

    /**
     * Whether a model responds to a conversation or continues a text. Only these operations are translated between
     * formats.
     */
    public boolean isConversation() {
        return switch (this) {
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, MESSAGES, GENERATE -> true;
            default -> false;
        };
    }

    /** Whether a request has a body. */
    public boolean hasBody() {
        return switch (this) {
            case VIDEO, VIDEO_CONTENT, MODELS, REALTIME -> false;
            default -> true;
        };
    }

    /** Whether a response is audio or video, which is relayed as it arrives. */
    public boolean isBinary() {
        return this == SPEECH || this == VIDEO_CONTENT;
    }

    /** Whether the response is only a number of tokens, for which providers bill nothing. */
    public boolean isCount() {
        return counted() != null;
    }

    /** The conversation whose tokens this surface counts, or null when it counts none. */
    public Surface counted() {
        return switch (this) {
            case COUNT_TOKENS -> MESSAGES;
            case INPUT_TOKENS -> RESPONSES;
            case GENERATE_COUNT -> GENERATE;
            default -> null;
        };
    }

    /** Whether the path names the model and whether the response is streamed, instead of the body. */
    public boolean modelInPath() {
        return this == GENERATE || this == GENERATE_COUNT;
    }

    /** The path on Sluice's data plane; {@code {id}} is a placeholder for one segment. */
    public String path() {
        return path;
    }

    /** The closed metric and log label, also the key under {@code paths} in the catalog. */
    public String label() {
        return label;
    }
}
