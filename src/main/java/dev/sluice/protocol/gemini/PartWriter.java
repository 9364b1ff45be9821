package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.spi.Receipts;
import java.util.Locale;
import java.util.Map;

/** Writes what is said and shown. */
final class PartWriter {

    private static final Map<String, String> TYPES = Map.of(
            "png", "image/png",
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "gif", "image/gif",
            "webp", "image/webp",
            "pdf", "application/pdf");

    private final Receipts receipts;

    PartWriter(Receipts receipts) {
        this.receipts = receipts;
    }

    void write(Part part, ArrayNode parts) {
        switch (part) {
            case Part.Text text -> {
                cache(text.cache());
                if (!text.text().isEmpty()) {
                    parts.addObject().put("text", text.text());
                }
            }
            case Part.Image image -> {
                cache(image.cache());
                if (image.detail() != null && !image.detail().equals("auto")) {
                    receipts.dropped("messages.image_url.detail");
                }
                source(image.source(), image.source().mediaType(), "messages.image_url", parts);
            }
            case Part.Audio audio -> source(audio.source(), "audio/" + audio.format(), "messages.input_audio", parts);
            case Part.Document document -> {
                cache(document.cache());
                if (document.filename() != null) {
                    receipts.dropped("messages.file.filename");
                }
                String type = document.source().mediaType();
                source(document.source(), type == null ? "application/pdf" : type, "messages.file", parts);
            }
            case Part.Native hosted -> {
                if (hosted.dialect().equals(Gemini.NAME)) {
                    parts.add(hosted.block());
                } else {
                    receipts.dropped("messages." + hosted.block().path("type").asText("content"));
                }
            }
            case Part.Thought thought -> receipts.dropped("messages.reasoning");
            case Part.ToolCall call -> throw misplaced();
            case Part.ToolResult result -> throw misplaced();
            case Part.Refused refused -> throw misplaced();
        }
    }

    private void source(Part.Source source, String type, String name, ArrayNode parts) {
        if (source.fileId() != null) {
            throw Wrong.unsupported(name + ".file_id", "a file of another provider's cannot be read here");
        }
        if (source.data() != null) {
            if (type == null) {
                throw Wrong.invalid(name, "data with a media type, as data:image/png;base64,…");
            }
            parts.addObject().putObject("inlineData").put("mimeType", type).put("data", source.data());
            return;
        }
        ObjectNode file = parts.addObject().putObject("fileData").put("fileUri", source.url());
        String guessed = type == null ? byEnding(source.url()) : type;
        if (guessed != null) {
            file.put("mimeType", guessed);
        }
    }

    private static String byEnding(String url) {
        String path = url.replaceFirst("[?#].*", "");
        return TYPES.get(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private void cache(JsonNode mark) {
        if (mark != null) {
            receipts.dropped("messages.cache_control");
        }
    }

    private static RuntimeException misplaced() {
        return Wrong.unsupported("messages.content", "calls are the assistant's, results are turns of their own");
    }
}
