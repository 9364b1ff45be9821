package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A piece of a turn or of an answer. Sealed: an encoder decides about each kind, and leaves a receipt for a kind it
 * cannot express.
 */
public sealed interface ContentPart {

    /**
     * @param citations where it comes from; empty when nobody said
     * @param cache the client's mark for the provider's prompt cache ({@code cache_control}), or null
     */
    record Text(String text, List<Citation> citations, JsonNode cache) implements ContentPart {

        public static Text of(String text) {
            return new Text(text, List.of(), null);
        }
    }

    /** @param detail {@code auto}, {@code low}, {@code high}, {@code original}, or null */
    record Image(Source source, String detail, JsonNode cache) implements ContentPart {}

    /** @param format {@code wav}, {@code mp3}, … */
    record Audio(Source source, String format) implements ContentPart {}

    /** A file, most often a PDF. */
    record Document(Source source, String filename, JsonNode cache) implements ContentPart {}

    /**
     * The model wants a tool called.
     *
     * @param arguments JSON as text, as the model wrote it; {@code {}} when there are none
     * @param signature opaque, to be returned unchanged to the provider it came from (Gemini), or null
     */
    record ToolCall(String id, String name, String arguments, String signature, JsonNode cache) implements ContentPart {

        public static ToolCall of(String id, String name, String arguments) {
            return new ToolCall(id, name, arguments, null, null);
        }
    }

    /** @param content texts, images and documents */
    record ToolResult(String callId, List<ContentPart> content, boolean isError, JsonNode cache)
            implements ContentPart {}

    /**
     * The model's reasoning.
     *
     * @param text what may be read of it, perhaps empty
     * @param opaque what the provider needs to take it back, or null
     */
    record Reasoning(String text, OpaqueReasoning opaque) implements ContentPart {}

    /** The model said that it will not. */
    record Refusal(String text) implements ContentPart {}

    /** A block of one wire format that has no place in the others: server tools and their results. */
    record Native(String protocol, JsonNode block) implements ContentPart {}

    /**
     * Proof that reasoning is the provider's own. Valid only where it came from: an encoder of another dialect leaves
     * it out, with a receipt.
     *
     * @param protocol the wire format it came in
     * @param id the item's id, or null
     * @param signature over the readable text, or null
     * @param encrypted reasoning that only the provider can read, or null
     */
    record OpaqueReasoning(String protocol, String id, String signature, String encrypted) {}

    /**
     * Where bytes are: exactly one of {@code data}, {@code url} and {@code fileId} is set.
     *
     * @param mediaType such as {@code image/png}; null when only the place is known
     * @param data base64
     */
    record Source(String mediaType, String data, String url, String fileId) {

        /** Understands {@code data:image/png;base64,…}; anything else is a place. */
        public static Source ofUrl(String url) {
            int comma = url.indexOf(',');
            if (url.startsWith("data:") && comma > 0 && url.substring(0, comma).endsWith(";base64")) {
                return new Source(url.substring(5, comma - 7), url.substring(comma + 1), null, null);
            }
            return new Source(null, null, url, null);
        }

        /** As a URL, a {@code data:} URL for bytes; null for a file of the provider's. */
        public String toUrl() {
            if (data == null) {
                return url;
            }
            return "data:" + (mediaType == null ? "application/octet-stream" : mediaType) + ";base64," + data;
        }
    }
}
