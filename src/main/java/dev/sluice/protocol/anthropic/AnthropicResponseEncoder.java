package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.codec.GeneratedImage;
import dev.sluice.protocol.codec.SearchRun;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CallArguments;
import dev.sluice.protocol.spi.ReasoningSeal;

/** Encodes a complete response in Anthropic's format, and the parts that streamed responses share with it. */
final class AnthropicResponseEncoder {

    private AnthropicResponseEncoder() {}

    static ObjectNode encode(ChatResponse response, ChatRequest request) {
        ObjectNode body = envelope(response.id(), request);
        ArrayNode content = body.putArray("content");
        StringBuilder refused = new StringBuilder();
        boolean called = false;
        AnthropicSearches searches = new AnthropicSearches(request);
        for (ContentPart part : response.parts()) {
            if (part instanceof ContentPart.ToolCall) {
                content.addAll(searches.results());
            }
            if (part instanceof ContentPart.ToolCall call && call.signature() != null) {
                content.add(redacted(ReasoningSeal.ofCall(call.id(), call.signature())));
            }
            SearchRun search = part instanceof ContentPart.Native found
                            && !found.protocol().equals(AnthropicProtocol.NAME)
                    ? SearchRun.of(found)
                    : null;
            ObjectNode block = block(part);
            if (search != null) {
                content.addAll(searches.started(search, response.id()));
            } else if (block != null) {
                content.add(block);
            }
            called |= part instanceof ContentPart.ToolCall;
            if (part instanceof ContentPart.Text text) {
                text.citations().forEach(searches::cite);
            }
            if (part instanceof ContentPart.Refusal words) {
                refused.append(words.text());
            }
        }
        content.addAll(searches.ended(response.id()));
        removeLastSeal(content);
        stop(body, response.finishReason(), response.stopSequence(), called, refused.toString());
        body.set("usage", AnthropicUsage.write(response.usage(), searches.count(), true));
        return body;
    }

    /**
     * The first members of every response. Members that the API's description requires are written, even if null. The
     * model is the requested one: clients compare the two.
     */
    static ObjectNode envelope(String id, ChatRequest request) {
        return Json.object()
                .put("id", id == null ? "msg_unnamed" : id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", request.model())
                .putNull("diagnostics");
    }

    /** @param refused the model's refusal text, or empty */
    static void stop(
            ObjectNode holder, FinishReason finishReason, String stopSequence, boolean called, String refused) {
        String reason = AnthropicMappings.write(finishReason, stopSequence, called, !refused.isEmpty());
        holder.put("stop_reason", reason);
        holder.put("stop_sequence", reason.equals("stop_sequence") ? stopSequence : null);
        if (reason.equals("refusal") && !refused.isEmpty()) {
            ObjectNode details = holder.putObject("stop_details").put("type", "refusal");
            details.putNull("category");
            details.put("explanation", refused);
        } else {
            holder.putNull("stop_details");
        }
        holder.putNull("container");
    }

    /** Clients take the last block for the response: Claude Code prints nothing after a thinking block. */
    private static void removeLastSeal(ArrayNode content) {
        for (int last = content.size() - 1; last > 0 && isSeal(content.get(last)); last--) {
            content.remove(last);
        }
    }

    /** Whether it is the seal of reasoning of another format. */
    static boolean isSeal(JsonNode block) {
        return "redacted_thinking".equals(Json.textAt(block, "type"))
                && ReasoningSeal.isForeign(Json.textAt(block, "data"));
    }

    /** Null for content without a block type. */
    private static ObjectNode block(ContentPart part) {
        return switch (part) {
            case ContentPart.Text text -> text(text);
            case ContentPart.Reasoning reasoning -> reasoning(reasoning);
            case ContentPart.ToolCall call -> call(call.id(), call.name(), CallArguments.object(call.arguments()));
            case ContentPart.Native nativePart -> nativeBlock(nativePart);
            case ContentPart.Refusal refusal -> null;
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
        block.set("citations", citations);
        return block;
    }

    private static ObjectNode reasoning(ContentPart.Reasoning reasoning) {
        ContentPart.OpaqueReasoning opaque = reasoning.opaque();
        if (reasoning.text().isEmpty() && !isSignature(opaque)) {
            return opaque == null ? null : redacted(opaque);
        }
        return Json.object()
                .put("type", "thinking")
                .put("thinking", reasoning.text())
                .put("signature", signature(opaque));
    }

    /** Reasoning without text: Anthropic's own, or the seal of other reasoning. */
    static ObjectNode redacted(ContentPart.OpaqueReasoning opaque) {
        boolean own = opaque.protocol().equals(AnthropicProtocol.NAME);
        String data = own ? opaque.encrypted() : ReasoningSeal.write("", opaque);
        return Json.object().put("type", "redacted_thinking").put("data", data);
    }

    static ObjectNode call(String id, String name, JsonNode input) {
        ObjectNode block = Json.object().put("type", "tool_use").put("id", id).put("name", name);
        block.set("input", input);
        block.putObject("caller").put("type", "direct");
        return block;
    }

    /** Null for a block of another format. */
    static ObjectNode nativeBlock(ContentPart.Native part) {
        if (part.protocol().equals(AnthropicProtocol.NAME) && part.block().isObject()) {
            return (ObjectNode) part.block();
        }
        ContentPart.Source image = GeneratedImage.of(part);
        return image == null ? null : Json.object().put("type", "text").put("text", GeneratedImage.note(image));
    }

    /** Whether it is Anthropic's own signature. */
    static boolean isSignature(ContentPart.OpaqueReasoning opaque) {
        return opaque != null && opaque.protocol().equals(AnthropicProtocol.NAME) && opaque.signature() != null;
    }

    /** Anthropic's own signature, or the seal of other reasoning. The client returns the text beside it. */
    static String signature(ContentPart.OpaqueReasoning opaque) {
        return isSignature(opaque) ? opaque.signature() : ReasoningSeal.write("", opaque);
    }
}
