package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.Receipts;
import java.util.List;

/** The parts of a request's turns as blocks. What says nothing makes no block, since Anthropic refuses empty ones. */
final class PartWriter {

    private final ToolIds ids;
    private final Receipts receipts;

    PartWriter(ToolIds ids, Receipts receipts) {
        this.ids = ids;
        this.receipts = receipts;
    }

    void write(List<Part> parts, List<ObjectNode> blocks) {
        for (Part part : parts) {
            ObjectNode block = block(part);
            if (block != null) {
                blocks.add(block);
            }
        }
    }

    /** Null when nothing is left to say. */
    private ObjectNode block(Part part) {
        return switch (part) {
            case Part.Text text -> text(text.text(), text.cache());
            case Part.Refused refused -> text(refused.text(), null);
            case Part.Image image -> image(image);
            case Part.Document document -> document(document);
            case Part.Audio audio -> throw SourceWriter.unsupported("messages.input_audio", "no audio");
            case Part.ToolCall call -> call(call);
            case Part.ToolResult result -> result(result);
            case Part.Thought thought -> thought(thought);
            case Part.Native own -> foreign(own);
        };
    }

    static ObjectNode text(String text, JsonNode cache) {
        return text.isBlank() ? null : cached(Json.object().put("type", "text").put("text", text), cache);
    }

    private ObjectNode image(Part.Image image) {
        if (image.detail() != null && !image.detail().equals("auto")) {
            receipts.dropped("messages.image_url.detail");
        }
        ObjectNode block = Json.object().put("type", "image");
        block.set("source", SourceWriter.image(image.source()));
        return cached(block, image.cache());
    }

    private static ObjectNode document(Part.Document document) {
        ObjectNode block = Json.object().put("type", "document");
        block.set("source", SourceWriter.document(document.source()));
        if (document.filename() != null) {
            block.put("title", document.filename());
        }
        return cached(block, document.cache());
    }

    private ObjectNode call(Part.ToolCall call) {
        JsonNode input = call.arguments().isBlank() ? Json.object() : Json.readOrNull(call.arguments());
        if (input == null || !input.isObject()) {
            throw new GatewayException(GatewayError.invalid(
                    "Invalid 'messages': the arguments of a tool call are not a JSON object.",
                    "messages.tool_calls",
                    "invalid_value"));
        }
        ObjectNode block = Json.object()
                .put("type", "tool_use")
                .put("id", ids.of(call.id()))
                .put("name", call.name());
        block.set("input", input);
        return cached(block, call.cache());
    }

    private ObjectNode result(Part.ToolResult result) {
        ObjectNode block = Json.object().put("type", "tool_result").put("tool_use_id", ids.of(result.callId()));
        ArrayNode content = Json.array();
        for (Part part : result.content()) {
            ObjectNode inner = block(part);
            if (inner != null) {
                content.add(inner);
            }
        }
        if (content.size() == 1 && content.get(0).size() == 2 && content.get(0).has("text")) {
            block.set("content", content.get(0).get("text"));
        } else if (!content.isEmpty()) {
            block.set("content", content);
        }
        if (result.failed()) {
            block.put("is_error", true);
        }
        return cached(block, result.cache());
    }

    /** Reasoning goes back with Anthropic's own signature or not at all. */
    private ObjectNode thought(Part.Thought thought) {
        Part.Seal seal = thought.seal();
        boolean own = seal != null && seal.dialect().equals(AnthropicMessages.NAME);
        if (own && seal.signature() != null && !seal.signature().isEmpty()) {
            return Json.object()
                    .put("type", "thinking")
                    .put("thinking", thought.text())
                    .put("signature", seal.signature());
        }
        if (own && seal.encrypted() != null) {
            return Json.object().put("type", "redacted_thinking").put("data", seal.encrypted());
        }
        receipts.dropped("messages.reasoning");
        return null;
    }

    private ObjectNode foreign(Part.Native part) {
        if (part.dialect().equals(AnthropicMessages.NAME) && part.block().isObject()) {
            return part.block().deepCopy();
        }
        String type = Json.textAt(part.block(), "type");
        receipts.dropped("messages." + (type == null ? "native" : type));
        return null;
    }

    private static ObjectNode cached(ObjectNode block, JsonNode cache) {
        if (cache != null) {
            block.set("cache_control", cache);
        }
        return block;
    }
}
