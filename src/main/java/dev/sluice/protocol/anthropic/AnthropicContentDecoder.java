package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Decodes the content blocks of a client's request. */
final class AnthropicContentDecoder {

    private AnthropicContentDecoder() {}

    /** @param content a string or an array of blocks */
    static List<ContentPart> content(JsonNode content, String path) {
        if (content.isTextual()) {
            return List.of(ContentPart.Text.of(content.textValue()));
        }
        if (!content.isArray()) {
            throw AnthropicFields.invalidType(path, "a string or an array of blocks");
        }
        List<ContentPart> parts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            String blockPath = path + "." + i;
            parts.add(block(AnthropicFields.asObject(content.get(i), blockPath), blockPath));
        }
        return parts;
    }

    private static ContentPart block(JsonNode block, String path) {
        String type = AnthropicFields.requiredText(block, "type", path);
        return switch (type) {
            case "text" -> text(block, path);
            case "image" -> new ContentPart.Image(source(block, path), null, cache(block));
            case "document" -> document(block, path);
            case "tool_use" ->
                new ContentPart.ToolCall(
                        AnthropicFields.requiredText(block, "id", path),
                        AnthropicFields.requiredText(block, "name", path),
                        Json.text(AnthropicFields.requiredObject(block, "input", path)),
                        null,
                        cache(block));
            case "tool_result" -> toolResult(block, path);
            case "thinking" ->
                AnthropicReasoning.thinking(
                        AnthropicFields.requiredText(block, "thinking", path),
                        AnthropicFields.optionalText(block, "signature", path));
            case "redacted_thinking" -> AnthropicReasoning.redacted(AnthropicFields.requiredText(block, "data", path));
            // The tool itself is among the request's tools: those that load on demand are declared as well.
            case "tool_reference" ->
                ContentPart.Text.of("Tool loaded: " + AnthropicFields.requiredText(block, "tool_name", path));
            default -> new ContentPart.Native(AnthropicProtocol.NAME, block);
        };
    }

    private static ContentPart text(JsonNode block, String path) {
        List<Citation> citations = new ArrayList<>();
        JsonNode found = Json.present(block, "citations");
        if (found != null) {
            String citationsPath = path + ".citations";
            AnthropicFields.asArray(found, citationsPath)
                    .forEach(citation ->
                            citations.add(AnthropicCitations.read(AnthropicFields.asObject(citation, citationsPath))));
        }
        return new ContentPart.Text(AnthropicFields.requiredText(block, "text", path), citations, cache(block));
    }

    private static ContentPart toolResult(JsonNode block, String path) {
        JsonNode content = Json.present(block, "content");
        return new ContentPart.ToolResult(
                AnthropicFields.requiredText(block, "tool_use_id", path),
                content == null ? List.of() : content(content, path + ".content"),
                AnthropicFields.flag(block, "is_error", path),
                cache(block));
    }

    /** A document that consists of blocks has no equivalent in other formats and stays native. */
    private static ContentPart document(JsonNode block, String path) {
        JsonNode source = AnthropicFields.requiredObject(block, "source", path);
        if ("content".equals(Json.textAt(source, "type"))) {
            return new ContentPart.Native(AnthropicProtocol.NAME, block);
        }
        return new ContentPart.Document(
                source(block, path), AnthropicFields.optionalText(block, "title", path), cache(block));
    }

    private static ContentPart.Source source(JsonNode block, String path) {
        JsonNode source = AnthropicFields.requiredObject(block, "source", path);
        String sourcePath = path + ".source";
        String type = AnthropicFields.requiredText(source, "type", sourcePath);
        return switch (type) {
            case "base64" ->
                new ContentPart.Source(
                        AnthropicFields.requiredText(source, "media_type", sourcePath),
                        AnthropicFields.requiredText(source, "data", sourcePath),
                        null,
                        null);
            case "text" -> {
                byte[] text =
                        AnthropicFields.requiredText(source, "data", sourcePath).getBytes(StandardCharsets.UTF_8);
                yield new ContentPart.Source("text/plain", Base64.getEncoder().encodeToString(text), null, null);
            }
            case "url" ->
                new ContentPart.Source(null, null, AnthropicFields.requiredText(source, "url", sourcePath), null);
            case "file" ->
                new ContentPart.Source(null, null, null, AnthropicFields.requiredText(source, "file_id", sourcePath));
            default ->
                throw AnthropicFields.invalidValue(sourcePath + ".type", "one of base64, text, content, url, file");
        };
    }

    static JsonNode cache(JsonNode holder) {
        return Json.present(holder, "cache_control");
    }
}
