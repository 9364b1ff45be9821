package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A part of a message or of a response. Sealed, so that each encoder handles every kind and reports the kinds it cannot
 * express as dropped.
 */
public sealed interface ContentPart {

    /**
     * @param citations sources of the text; empty when none was reported
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
     * A tool call by the model.
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
     * @param text the readable part, perhaps empty
     * @param opaque the part that the provider needs when the reasoning is returned to it, or null
     */
    record Reasoning(String text, OpaqueReasoning opaque) implements ContentPart {}

    /** The model's refusal. */
    record Refusal(String text) implements ContentPart {}

    /** A block of one wire format without an equivalent in the others: server tools and their results. */
    record Native(String protocol, JsonNode block) implements ContentPart {}

    /**
     * The opaque part of reasoning, which proves that it is the provider's own. Valid only at its origin: an encoder of
     * another protocol drops it and reports that.
     *
     * @param protocol name of the wire format it was read from
     * @param id the item's id, or null
     * @param signature over the readable text, or null
     * @param encrypted reasoning that only the provider can read, or null
     */
    record OpaqueReasoning(String protocol, String id, String signature, String encrypted) {}

    /**
     * The data of a media part: exactly one of {@code data}, {@code url} and {@code fileId} is set.
     *
     * @param mediaType such as {@code image/png}; null when only the URL or file id is known
     * @param data base64
     */
    record Source(String mediaType, String data, String url, String fileId) {

        /** Parses a data URL in any spelling; any other URL, or one without readable data, is kept as it is. */
        public static Source ofUrl(String url) {
            DataUrl inline = DataUrl.parse(url);
            return inline == null
                    ? new Source(null, null, url, null)
                    : new Source(inline.mediaType(), inline.data(), null, null);
        }

        /** Whether the text is a data URL, perhaps without readable data. */
        public static boolean isDataUrl(String url) {
            return DataUrl.isOne(url);
        }

        /** Whether it is text in the request, such as a Markdown file. */
        public boolean isText() {
            return data != null && mediaType != null && mediaType.startsWith("text/");
        }

        /** The text of {@link #isText inline text}. */
        public String text() {
            try {
                return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException malformed) {
                throw new GatewayException(GatewayError.invalid(
                        "Invalid value for 'messages.document.data': expected base64.",
                        "messages.document.data",
                        "invalid_value"));
            }
        }

        /** The URL, a {@code data:} URL for inline data; null for a provider's file id. */
        public String toUrl() {
            if (data == null) {
                return url;
            }
            return "data:" + (mediaType == null ? "application/octet-stream" : mediaType) + ";base64," + data;
        }
    }
}
