package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** Encodes the source of images and documents: base64 data or a URL. */
final class AnthropicSourceEncoder {

    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final String PDF = "application/pdf";
    /** {@code %PDF-} in base64. */
    private static final String PDF_BEGINS = "JVBERi0";

    private AnthropicSourceEncoder() {}

    static ObjectNode image(ContentPart.Source source) {
        if (source.data() == null) {
            return url(source, "messages.image_url");
        }
        if (source.mediaType() == null || !IMAGES.contains(source.mediaType())) {
            throw AnthropicErrors.unsupported("messages.image_url", "an image in JPEG, PNG, GIF or WebP");
        }
        return bytes(source.mediaType(), source.data());
    }

    static ObjectNode document(ContentPart.Source source) {
        if (source.data() == null) {
            return url(source, "messages.file");
        }
        boolean pdf = source.mediaType() == null || source.mediaType().equals("application/octet-stream")
                ? source.data().startsWith(PDF_BEGINS)
                : source.mediaType().equals(PDF);
        if (pdf) {
            return bytes(PDF, source.data());
        }
        if (source.mediaType() == null || !source.mediaType().startsWith("text/")) {
            throw AnthropicErrors.unsupported("messages.file", "a PDF or a plain text");
        }
        try {
            byte[] text = Base64.getDecoder().decode(source.data());
            return Json.object()
                    .put("type", "text")
                    .put("media_type", "text/plain")
                    .put("data", new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            throw RequestErrors.invalidValue("messages.file", "base64");
        }
    }

    private static ObjectNode bytes(String mediaType, String data) {
        return Json.object().put("type", "base64").put("media_type", mediaType).put("data", data);
    }

    private static ObjectNode url(ContentPart.Source source, String field) {
        String url = source.url();
        if (url == null || !(url.startsWith("https://") || url.startsWith("http://"))) {
            throw AnthropicErrors.unsupported(field, "bytes in base64 or an http(s) URL");
        }
        return Json.object().put("type", "url").put("url", url);
    }
}
