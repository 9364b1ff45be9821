package dev.sluice.protocol.codec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;

/**
 * A picture in a response: {@code inlineData} of Gemini, {@code images} of Chat Completions (OpenRouter), or an
 * {@code image_generation_call} of Responses.
 */
public final class GeneratedImage {

    private static final int BASE64_DIGITS = 4;
    private static final int BASE64_BYTES = 3;

    private GeneratedImage() {}

    /**
     * The picture that a native part of any format is; null for other parts, and for drafts among a model's thoughts.
     */
    public static ContentPart.Source of(ContentPart.Native part) {
        JsonNode block = part.block();
        JsonNode inline = block.path("inlineData");
        String type = Json.textAt(inline, "mimeType");
        String data = Json.textAt(inline, "data");
        if (type != null && data != null) {
            boolean draft = block.path("thought").asBoolean(false);
            return type.startsWith("image/") && !draft ? new ContentPart.Source(type, data, null, null) : null;
        }
        String url = Json.textAt(block.path("image_url"), "url");
        if (url != null) {
            return ContentPart.Source.ofUrl(url);
        }
        String result =
                "image_generation_call".equals(Json.textAt(block, "type")) ? Json.textAt(block, "result") : null;
        return result == null ? null : ContentPart.Source.ofUrl("data:" + type(block) + ";base64," + result);
    }

    /** The note that stands for a picture in an API whose responses have none. */
    public static String note(ContentPart.Source image) {
        if (image.data() == null) {
            return "![image](" + image.url() + ")";
        }
        long bytes = (long) image.data().length() / BASE64_DIGITS * BASE64_BYTES;
        return "[" + image.mediaType() + " of " + bytes + " bytes: responses of this API have no images]";
    }

    private static String type(JsonNode call) {
        String format = Json.textAt(call, "output_format");
        return "image/" + (format == null ? "png" : format);
    }
}
