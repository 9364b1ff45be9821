package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CallArguments;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.List;

/**
 * Encodes the content of a request's messages as blocks. Empty text is left out, since Anthropic rejects empty blocks.
 */
final class AnthropicContentEncoder {

    private final AnthropicToolIds ids;
    private final DroppedParameters dropped;

    AnthropicContentEncoder(AnthropicToolIds ids, DroppedParameters dropped) {
        this.ids = ids;
        this.dropped = dropped;
    }

    void encode(List<ContentPart> parts, List<ObjectNode> blocks) {
        for (ContentPart part : parts) {
            ObjectNode block = block(part);
            if (block != null) {
                blocks.add(block);
            }
        }
    }

    /** Null when nothing is left to send. */
    private ObjectNode block(ContentPart part) {
        return switch (part) {
            case ContentPart.Text text -> text(text.text(), text.cache());
            case ContentPart.Refusal refusal -> text(refusal.text(), null);
            case ContentPart.Image image -> image(image);
            case ContentPart.Document document -> document(document);
            case ContentPart.Audio audio ->
                throw AnthropicErrors.unsupported(
                        "messages.input_audio", "no audio: Anthropic's models do not accept it");
            case ContentPart.ToolCall call -> call(call);
            case ContentPart.ToolResult result -> result(result);
            case ContentPart.Reasoning reasoning -> reasoning(reasoning);
            case ContentPart.Native nativePart -> nativeBlock(nativePart);
        };
    }

    static ObjectNode text(String text, JsonNode cache) {
        return text.isBlank() ? null : cached(Json.object().put("type", "text").put("text", text), cache);
    }

    private ObjectNode image(ContentPart.Image image) {
        if (image.detail() != null && !image.detail().equals("auto")) {
            dropped.dropped("messages.image_url.detail");
        }
        ObjectNode block = Json.object().put("type", "image");
        block.set("source", AnthropicSourceEncoder.image(image.source()));
        return cached(block, image.cache());
    }

    private static ObjectNode document(ContentPart.Document document) {
        ObjectNode block = Json.object().put("type", "document");
        block.set("source", AnthropicSourceEncoder.document(document.source()));
        if (document.filename() != null) {
            block.put("title", document.filename());
        }
        return cached(block, document.cache());
    }

    private ObjectNode call(ContentPart.ToolCall call) {
        ObjectNode block = Json.object()
                .put("type", "tool_use")
                .put("id", ids.of(call.id()))
                .put("name", call.name());
        block.set("input", CallArguments.object(call.arguments(), dropped));
        return cached(block, call.cache());
    }

    private ObjectNode result(ContentPart.ToolResult result) {
        ObjectNode block = Json.object().put("type", "tool_result").put("tool_use_id", ids.of(result.callId()));
        ArrayNode content = Json.array();
        for (ContentPart part : result.content()) {
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
        if (result.isError()) {
            block.put("is_error", true);
        }
        return cached(block, result.cache());
    }

    /** Reasoning is sent back only with Anthropic's own signature. */
    private ObjectNode reasoning(ContentPart.Reasoning reasoning) {
        ContentPart.OpaqueReasoning opaque = reasoning.opaque();
        boolean own = opaque != null && opaque.protocol().equals(AnthropicProtocol.NAME);
        if (own && opaque.signature() != null && !opaque.signature().isEmpty()) {
            return Json.object()
                    .put("type", "thinking")
                    .put("thinking", reasoning.text())
                    .put("signature", opaque.signature());
        }
        if (own && opaque.encrypted() != null) {
            return Json.object().put("type", "redacted_thinking").put("data", opaque.encrypted());
        }
        dropped.dropped("messages.reasoning");
        return null;
    }

    private ObjectNode nativeBlock(ContentPart.Native part) {
        if (part.protocol().equals(AnthropicProtocol.NAME)
                && part.block().isObject()
                && !ForeignSearches.isForeign(part.block())) {
            return part.block().deepCopy();
        }
        dropped.block(part, "native");
        return null;
    }

    private static ObjectNode cached(ObjectNode block, JsonNode cache) {
        if (cache != null) {
            block.set("cache_control", cache);
        }
        return block;
    }
}
