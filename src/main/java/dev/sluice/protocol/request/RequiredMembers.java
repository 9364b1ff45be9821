package dev.sluice.protocol.request;

import dev.sluice.model.Surface;
import java.util.List;

/**
 * The required members of a request by surface, as OpenAI's API documents them, and Cohere's and Jina's for rerank.
 * Requests without a body (one video) are represented as an object with the members {@code model} and {@code id}.
 */
final class RequiredMembers {

    /** OpenAI's default model for moderations. */
    private static final String MODERATION = "omni-moderation-latest";

    private RequiredMembers() {}

    static List<String> of(Surface surface) {
        return switch (surface) {
            case EMBEDDINGS, MODERATIONS, SPEECH -> List.of("input");
            case RERANK -> List.of("query", "documents");
            case IMAGES, IMAGE_EDITS, VIDEOS -> List.of("prompt");
            case VIDEO, VIDEO_CONTENT -> List.of("id");
            case BATCHES -> List.of("input_file_id");
            case CHAT_COMPLETIONS,
                    COMPLETIONS,
                    RESPONSES,
                    MESSAGES,
                    GENERATE,
                    COUNT_TOKENS,
                    INPUT_TOKENS,
                    GENERATE_COUNT -> List.of();
            case MODELS, TRANSCRIPTIONS, TRANSLATIONS, FILES, REALTIME, PASSTHROUGH ->
                throw new IllegalArgumentException(surface.label() + " takes no JSON body");
        };
    }

    static boolean has(Surface surface, String name) {
        List<String> names = of(surface);
        return !names.isEmpty() && names.contains(name);
    }

    /**
     * Whether the member accepts a value of this type, given by its first byte. Its content is validated by the
     * provider.
     */
    static boolean acceptsType(String name, byte type) {
        return switch (name) {
            case "input" -> type == '"' || type == '[' || type == '{';
            case "documents" -> type == '[';
            default -> type == '"';
        };
    }

    static String expectedType(String name) {
        return switch (name) {
            case "input" -> "a string or an array";
            case "documents" -> "an array";
            default -> "a string";
        };
    }

    /** The default model of a surface, or null when the model is required. */
    static String defaultModel(Surface surface) {
        return switch (surface) {
            case MODERATIONS -> MODERATION;
            case BATCHES -> "";
            default -> null;
        };
    }
}
