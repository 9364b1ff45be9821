package dev.sluice.protocol.request;

import dev.sluice.model.Surface;
import java.util.List;

/**
 * The members without which a request is none, by surface: OpenAI's API, and Cohere's and Jina's for rerank. Requests
 * without a body (one video) are told as an object with the members {@code model} and {@code id}.
 */
final class RequiredMembers {

    /** What OpenAI takes when a moderation names no model. */
    private static final String MODERATION = "omni-moderation-latest";

    private RequiredMembers() {}

    static List<String> of(Surface surface) {
        return switch (surface) {
            case EMBEDDINGS, MODERATIONS, SPEECH -> List.of("input");
            case RERANK -> List.of("query", "documents");
            case IMAGES, IMAGE_EDITS, VIDEOS -> List.of("prompt");
            case VIDEO, VIDEO_CONTENT -> List.of("id");
            case BATCHES -> List.of("input_file_id");
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, MESSAGES, COUNT_TOKENS, INPUT_TOKENS -> List.of();
            case MODELS, TRANSCRIPTIONS, TRANSLATIONS, FILES, REALTIME, PASSTHROUGH ->
                throw new IllegalArgumentException(surface.label() + " takes no JSON body");
        };
    }

    static boolean has(Surface surface, String name) {
        List<String> names = of(surface);
        return !names.isEmpty() && names.contains(name);
    }

    /** Whether a value that begins so may stand there; what is inside is the provider's to judge. */
    static boolean takes(String name, byte type) {
        return switch (name) {
            case "input" -> type == '"' || type == '[' || type == '{';
            case "documents" -> type == '[';
            default -> type == '"';
        };
    }

    static String expected(String name) {
        return switch (name) {
            case "input" -> "a string or an array";
            case "documents" -> "an array";
            default -> "a string";
        };
    }

    /** The model of a request that names none, or null when it must. */
    static String modelOtherwise(Surface surface) {
        return switch (surface) {
            case MODERATIONS -> MODERATION;
            case BATCHES -> "";
            default -> null;
        };
    }
}
