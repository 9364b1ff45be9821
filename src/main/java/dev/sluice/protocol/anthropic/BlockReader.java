package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The blocks of a client's request. */
final class BlockReader {

    private BlockReader() {}

    /** Content as a text or as blocks. */
    static List<Part> content(JsonNode content, String path) {
        if (content.isTextual()) {
            return List.of(Part.Text.of(content.textValue()));
        }
        if (!content.isArray()) {
            throw Fields.wrong(path, "a string or an array of blocks");
        }
        List<Part> parts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            String place = path + "." + i;
            parts.add(block(Fields.anObject(content.get(i), place), place));
        }
        return parts;
    }

    private static Part block(JsonNode block, String path) {
        String type = Fields.text(block, "type", path);
        return switch (type) {
            case "text" -> text(block, path);
            case "image" -> new Part.Image(source(block, path), null, cache(block));
            case "document" -> document(block, path);
            case "tool_use" ->
                new Part.ToolCall(
                        Fields.text(block, "id", path),
                        Fields.text(block, "name", path),
                        Json.text(Fields.object(block, "input", path)),
                        null,
                        cache(block));
            case "tool_result" -> toolResult(block, path);
            case "thinking" -> thinking(block, path);
            case "redacted_thinking" ->
                new Part.Thought(
                        "", new Part.Seal(AnthropicMessages.NAME, null, null, Fields.text(block, "data", path)));
            default -> new Part.Native(AnthropicMessages.NAME, block);
        };
    }

    private static Part text(JsonNode block, String path) {
        List<Citation> citations = new ArrayList<>();
        JsonNode told = Json.present(block, "citations");
        if (told != null) {
            String place = path + ".citations";
            Fields.anArray(told, place)
                    .forEach(citation -> citations.add(Citations.read(Fields.anObject(citation, place))));
        }
        return new Part.Text(Fields.text(block, "text", path), citations, cache(block));
    }

    private static Part thinking(JsonNode block, String path) {
        String signature = Fields.optionalText(block, "signature", path);
        Part.Seal seal = signature == null || signature.isEmpty()
                ? null
                : new Part.Seal(AnthropicMessages.NAME, null, signature, null);
        return new Part.Thought(Fields.text(block, "thinking", path), seal);
    }

    private static Part toolResult(JsonNode block, String path) {
        JsonNode content = Json.present(block, "content");
        return new Part.ToolResult(
                Fields.text(block, "tool_use_id", path),
                content == null ? List.of() : content(content, path + ".content"),
                Fields.flag(block, "is_error", path),
                cache(block));
    }

    /** A document made of blocks has no place in other formats. */
    private static Part document(JsonNode block, String path) {
        JsonNode source = Fields.object(block, "source", path);
        if ("content".equals(Json.textAt(source, "type"))) {
            return new Part.Native(AnthropicMessages.NAME, block);
        }
        return new Part.Document(source(block, path), Fields.optionalText(block, "title", path), cache(block));
    }

    private static Part.Source source(JsonNode block, String path) {
        JsonNode source = Fields.object(block, "source", path);
        String place = path + ".source";
        String type = Fields.text(source, "type", place);
        return switch (type) {
            case "base64" ->
                new Part.Source(
                        Fields.text(source, "media_type", place), Fields.text(source, "data", place), null, null);
            case "text" -> {
                byte[] text = Fields.text(source, "data", place).getBytes(StandardCharsets.UTF_8);
                yield new Part.Source("text/plain", Base64.getEncoder().encodeToString(text), null, null);
            }
            case "url" -> new Part.Source(null, null, Fields.text(source, "url", place), null);
            case "file" -> new Part.Source(null, null, null, Fields.text(source, "file_id", place));
            default -> throw Fields.invalid(place + ".type", "one of base64, text, content, url, file");
        };
    }

    static JsonNode cache(JsonNode holder) {
        return Json.present(holder, "cache_control");
    }
}
