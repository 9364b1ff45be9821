package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Decodes the content blocks of a client's request. */
final class AnthropicContentDecoder {

    private static final String COMPACTION = "compaction";

    private AnthropicContentDecoder() {}

    /** @param content a string or an array of blocks */
    static List<ContentPart> content(RequestValue content) {
        if (content.isText()) {
            return List.of(ContentPart.Text.of(content.text()));
        }
        List<ContentPart> parts = new ArrayList<>(content.node().size());
        for (RequestValue block : content.elements("a string or an array of blocks")) {
            if (!COMPACTION.equals(block.findText("type"))) {
                parts.add(block(block));
            }
        }
        return parts;
    }

    /**
     * The summary in a message that stands for all messages before it (Anthropic's compaction, beta of 2026-01); null
     * when it has none. Such a block is no part of the content.
     */
    static String summary(RequestValue message) {
        for (JsonNode block : message.node().path("content")) {
            if (COMPACTION.equals(Json.textAt(block, "type"))) {
                return Json.textAt(block, "content");
            }
        }
        return null;
    }

    private static ContentPart block(RequestValue block) {
        return switch (block.getText("type")) {
            case "text" -> text(block);
            case "image" -> new ContentPart.Image(source(block), null, cache(block));
            case "document" -> document(block);
            case "tool_use" ->
                new ContentPart.ToolCall(
                        block.getText("id"),
                        block.getText("name"),
                        Json.text(block.get("input").object()),
                        null,
                        cache(block));
            case "tool_result" -> toolResult(block);
            case "thinking" -> AnthropicReasoning.thinking(block.getText("thinking"), block.findText("signature"));
            case "redacted_thinking" -> AnthropicReasoning.redacted(block.getText("data"));
            // The tool itself is among the request's tools: those that load on demand are declared as well.
            case "tool_reference" -> ContentPart.Text.of("Tool loaded: " + block.getText("tool_name"));
            case "search_result" -> searchResult(block);
            default -> new ContentPart.Native(AnthropicProtocol.NAME, block.node());
        };
    }

    private static ContentPart text(RequestValue block) {
        List<Citation> citations = new ArrayList<>();
        RequestValue found = block.find("citations");
        if (found != null) {
            found.elements().forEach(citation -> citations.add(AnthropicCitations.read(citation.object())));
        }
        return new ContentPart.Text(block.getText("text"), citations, cache(block));
    }

    /** Other formats have no search results: the model reads title, source and text. */
    private static ContentPart searchResult(RequestValue block) {
        StringBuilder text = new StringBuilder();
        for (String member : new String[] {"title", "source"}) {
            String line = block.findText(member);
            text.append(line == null ? "" : line + "\n");
        }
        for (JsonNode piece : block.node().path("content")) {
            String line = Json.textAt(piece, "text");
            text.append(line == null ? "" : line + "\n");
        }
        return new ContentPart.Text(text.toString().stripTrailing(), List.of(), cache(block));
    }

    private static ContentPart toolResult(RequestValue block) {
        RequestValue content = block.find("content");
        return new ContentPart.ToolResult(
                block.getText("tool_use_id"),
                content == null ? List.of() : content(content),
                Boolean.TRUE.equals(block.findFlag("is_error")),
                cache(block));
    }

    /** A document that consists of blocks has no equivalent in other formats and stays native. */
    private static ContentPart document(RequestValue block) {
        if ("content".equals(Json.textAt(block.get("source").object(), "type"))) {
            return new ContentPart.Native(AnthropicProtocol.NAME, block.node());
        }
        return new ContentPart.Document(source(block), block.findText("title"), cache(block));
    }

    private static ContentPart.Source source(RequestValue block) {
        RequestValue source = block.get("source");
        RequestValue type = source.get("type");
        return switch (type.text()) {
            case "base64" -> new ContentPart.Source(source.getText("media_type"), source.getText("data"), null, null);
            case "text" -> {
                byte[] text = source.getText("data").getBytes(StandardCharsets.UTF_8);
                yield new ContentPart.Source("text/plain", Base64.getEncoder().encodeToString(text), null, null);
            }
            case "url" -> new ContentPart.Source(null, null, source.getText("url"), null);
            case "file" -> new ContentPart.Source(null, null, null, source.getText("file_id"));
            default -> throw type.invalid("one of base64, text, content, url, file");
        };
    }

    static JsonNode cache(RequestValue holder) {
        return Json.present(holder.object(), "cache_control");
    }
}
