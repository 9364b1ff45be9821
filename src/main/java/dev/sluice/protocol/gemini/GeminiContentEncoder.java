package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.Locale;
import java.util.Map;

/** Encodes text and media parts. */
final class GeminiContentEncoder {

    private static final Map<String, String> TYPES = Map.of(
            "png", "image/png",
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "gif", "image/gif",
            "webp", "image/webp",
            "pdf", "application/pdf");

    private final DroppedParameters dropped;

    GeminiContentEncoder(DroppedParameters dropped) {
        this.dropped = dropped;
    }

    void encode(ContentPart part, ArrayNode parts) {
        switch (part) {
            case ContentPart.Text text -> {
                dropped.droppedCacheControl(text.cache());
                if (!text.text().isEmpty()) {
                    parts.addObject().put("text", text.text());
                }
            }
            case ContentPart.Image image -> {
                dropped.droppedCacheControl(image.cache());
                if (image.detail() != null && !image.detail().equals("auto")) {
                    dropped.dropped("messages.image_url.detail");
                }
                source(image.source(), image.source().mediaType(), "messages.image_url", parts);
            }
            case ContentPart.Audio audio ->
                source(audio.source(), "audio/" + audio.format(), "messages.input_audio", parts);
            case ContentPart.Document document -> {
                dropped.droppedCacheControl(document.cache());
                if (document.filename() != null) {
                    dropped.dropped("messages.file.filename");
                }
                String type = document.source().mediaType();
                source(document.source(), type == null ? "application/pdf" : type, "messages.file", parts);
            }
            case ContentPart.Native nativePart -> {
                if (nativePart.protocol().equals(GeminiProtocol.NAME)) {
                    parts.add(nativePart.block());
                } else {
                    dropped.block(nativePart, "content");
                }
            }
            case ContentPart.Reasoning reasoning -> dropped.dropped("messages.reasoning");
            case ContentPart.ToolCall call -> throw misplaced();
            case ContentPart.ToolResult result -> throw misplaced();
            case ContentPart.Refusal refusal -> throw misplaced();
        }
    }

    private void source(ContentPart.Source source, String type, String name, ArrayNode parts) {
        if (source.fileId() != null) {
            throw GeminiErrors.unsupported(name + ".file_id", "Gemini cannot read a file of another provider");
        }
        if (source.data() != null) {
            if (type == null) {
                throw RequestErrors.invalidValue(name, "data with a media type, as data:image/png;base64,…");
            }
            parts.addObject().putObject("inlineData").put("mimeType", type).put("data", source.data());
            return;
        }
        ObjectNode file = parts.addObject().putObject("fileData").put("fileUri", source.url());
        String guessed = type == null ? byExtension(source.url()) : type;
        if (guessed != null) {
            file.put("mimeType", guessed);
        }
    }

    private static String byExtension(String url) {
        String path = url.replaceFirst("[?#].*", "");
        return TYPES.get(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static RuntimeException misplaced() {
        return GeminiErrors.unsupported(
                "messages.content", "tool calls belong to assistant messages, tool results to tool messages");
    }
}
