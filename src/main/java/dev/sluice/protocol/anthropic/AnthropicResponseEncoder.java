package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.json.Json;

/** A whole answer as Anthropic writes it, and the pieces that a streamed one has in common with it. */
final class AnthropicResponseEncoder {

    private AnthropicResponseEncoder() {}

    static ObjectNode write(ChatResponse chatResponse, ChatRequest request) {
        ObjectNode body = envelope(chatResponse.id(), chatResponse.model(), request);
        ArrayNode content = body.putArray("content");
        StringBuilder refused = new StringBuilder();
        boolean called = false;
        for (ContentPart part : chatResponse.parts()) {
            ObjectNode block = block(part);
            if (block != null) {
                content.add(block);
            }
            called |= part instanceof ContentPart.ToolCall;
            if (part instanceof ContentPart.Refused words) {
                refused.append(words.text());
            }
        }
        stop(body, chatResponse.finishReason(), chatResponse.stopSequence(), called, refused.toString());
        body.set("usage", AnthropicUsage.write(chatResponse.usage()));
        return body;
    }

    /** What every answer begins with. A name that the provider did not give is the one that was asked for. */
    static ObjectNode envelope(String id, String model, ChatRequest request) {
        return Json.object()
                .put("id", id == null ? "msg_unnamed" : id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model == null ? request.model() : model);
    }

    /** @param refused what the model said when it refused, or empty */
    static void stop(
            ObjectNode holder, FinishReason finishReason, String stopSequence, boolean called, String refused) {
        String reason = AnthropicStopReasons.write(finishReason, stopSequence, called, !refused.isEmpty());
        holder.put("stop_reason", reason);
        holder.put("stop_sequence", reason.equals("stop_sequence") ? stopSequence : null);
        if (reason.equals("refusal") && !refused.isEmpty()) {
            ObjectNode details = holder.putObject("stop_details").put("type", "refusal");
            details.putNull("category");
            details.put("explanation", refused);
        }
    }

    /** Null for what has no block of its own. */
    private static ObjectNode block(ContentPart part) {
        return switch (part) {
            case ContentPart.Text text -> text(text);
            case ContentPart.Thought thought -> thought(thought);
            case ContentPart.ToolCall call -> call(call.id(), call.name(), input(call.arguments()));
            case ContentPart.Native own -> own(own);
            case ContentPart.Refused refused -> null;
            case ContentPart.Image image -> null;
            case ContentPart.Audio audio -> null;
            case ContentPart.Document document -> null;
            case ContentPart.ToolResult result -> null;
        };
    }

    private static ObjectNode text(ContentPart.Text text) {
        ArrayNode citations = AnthropicCitations.write(text.citations(), text.text());
        if (text.text().isEmpty() && citations == null) {
            return null;
        }
        ObjectNode block = Json.object().put("type", "text").put("text", text.text());
        if (citations != null) {
            block.set("citations", citations);
        }
        return block;
    }

    /** Reasoning of another format has no signature: it may be read, but not sent back. */
    private static ObjectNode thought(ContentPart.Thought thought) {
        String signature = signature(thought.seal());
        if (thought.text().isEmpty() && signature.isEmpty()) {
            String encrypted = encrypted(thought.seal());
            return encrypted == null ? null : redacted(encrypted);
        }
        return Json.object()
                .put("type", "thinking")
                .put("thinking", thought.text())
                .put("signature", signature);
    }

    static ObjectNode redacted(String data) {
        return Json.object().put("type", "redacted_thinking").put("data", data);
    }

    static ObjectNode call(String id, String name, JsonNode input) {
        ObjectNode block = Json.object().put("type", "tool_use").put("id", id).put("name", name);
        block.set("input", input);
        return block;
    }

    /** Null when it is of another format. */
    static ObjectNode own(ContentPart.Native part) {
        return part.dialect().equals(AnthropicProtocol.NAME) && part.block().isObject()
                ? (ObjectNode) part.block()
                : null;
    }

    /** Anthropic's own signature, or empty. */
    static String signature(ContentPart.Seal seal) {
        boolean own = seal != null && seal.dialect().equals(AnthropicProtocol.NAME) && seal.signature() != null;
        return own ? seal.signature() : "";
    }

    /** Anthropic's own unreadable reasoning, or null. */
    static String encrypted(ContentPart.Seal seal) {
        return seal != null && seal.dialect().equals(AnthropicProtocol.NAME) ? seal.encrypted() : null;
    }

    /** Must be an object; what a model wrote badly, or was cut off in, is kept as it is under a name of its own. */
    private static JsonNode input(String arguments) {
        JsonNode input = arguments.isBlank() ? Json.object() : Json.readOrNull(arguments);
        return input != null && input.isObject() ? input : Json.object().put("_raw", arguments);
    }
}
