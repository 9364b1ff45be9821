package dev.sluice.protocol.perplexity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.List;
import java.util.StringJoiner;

/** Encodes a conversation as {@code instructions} (the leading system messages) and {@code input} items. */
final class PerplexityMessageEncoder {

    private final DroppedParameters dropped;
    private final ArrayNode input = Json.array();

    PerplexityMessageEncoder(DroppedParameters dropped) {
        this.dropped = dropped;
    }

    void encode(List<ChatMessage> messages, ObjectNode body) {
        int first = 0;
        StringJoiner instructions = new StringJoiner("\n\n");
        while (first < messages.size() && messages.get(first).isInstruction()) {
            dropName(messages.get(first));
            messages.get(first).parts().forEach(part -> instructions.add(text(part, "messages.system")));
            first++;
        }
        if (first > 0) {
            body.put("instructions", instructions.toString());
        }
        for (ChatMessage message : messages.subList(first, messages.size())) {
            dropName(message);
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> content("system", message);
                case USER -> content("user", message);
                case ASSISTANT -> assistant(message);
                case TOOL -> message.parts().forEach(this::result);
            }
        }
        body.set("input", input);
    }

    private void dropName(ChatMessage message) {
        if (message.name() != null) {
            dropped.dropped("messages.name");
        }
    }

    private void content(String role, ChatMessage message) {
        ArrayNode content = Json.array();
        for (ContentPart part : message.parts()) {
            switch (part) {
                case ContentPart.Text text ->
                    content.addObject().put("type", "input_text").put("text", text(text, "messages"));
                case ContentPart.Image image -> image(image, content);
                case ContentPart.Native nativePart -> dropped(nativePart);
                case ContentPart.Audio audio -> throw unsupported("messages.input_audio");
                case ContentPart.Document document -> throw unsupported("messages.file");
                case ContentPart.ToolCall call -> throw unsupported("messages.tool_calls");
                case ContentPart.ToolResult result -> throw unsupported("messages.tool_result");
                case ContentPart.Reasoning reasoning -> throw unsupported("messages.reasoning");
                case ContentPart.Refusal refusal -> throw unsupported("messages.refusal");
            }
        }
        message(role, content);
    }

    /** Texts and tool calls in order; consecutive texts form one message. */
    private void assistant(ChatMessage message) {
        StringBuilder pending = new StringBuilder();
        for (ContentPart part : message.parts()) {
            switch (part) {
                case ContentPart.Text text -> pending.append(text(text, "messages"));
                case ContentPart.Refusal refusal -> pending.append(refusal.text());
                case ContentPart.Reasoning reasoning -> dropped.dropped("messages.reasoning");
                case ContentPart.Native nativePart -> dropped(nativePart);
                case ContentPart.ToolCall call -> {
                    flush(pending);
                    call(call);
                }
                case ContentPart.Image image -> throw unsupported("messages.image");
                case ContentPart.Audio audio -> throw unsupported("messages.audio");
                case ContentPart.Document document -> throw unsupported("messages.file");
                case ContentPart.ToolResult result -> throw unsupported("messages.tool_result");
            }
        }
        flush(pending);
    }

    private void flush(StringBuilder pending) {
        if (!pending.isEmpty()) {
            input.addObject().put("type", "message").put("role", "assistant").put("content", pending.toString());
            pending.setLength(0);
        }
    }

    private void call(ContentPart.ToolCall call) {
        dropped.droppedCacheControl(call.cache());
        ObjectNode item = input.addObject()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments());
        if (call.signature() != null) {
            item.put("thought_signature", call.signature());
        }
    }

    private void result(ContentPart part) {
        if (!(part instanceof ContentPart.ToolResult result)) {
            throw unsupported("messages.tool");
        }
        dropped.droppedCacheControl(result.cache());
        if (result.isError()) {
            dropped.dropped("messages.tool_result.is_error");
        }
        StringJoiner output = new StringJoiner("\n");
        result.content().forEach(piece -> output.add(text(piece, "messages.tool.content")));
        input.addObject()
                .put("type", "function_call_output")
                .put("call_id", result.callId())
                .put("output", output.toString());
    }

    private void image(ContentPart.Image image, ArrayNode content) {
        dropped.droppedCacheControl(image.cache());
        String url = image.source().toUrl();
        if (url == null) {
            throw unsupported("messages.image.file_id");
        }
        if (image.detail() != null && !image.detail().equals("auto")) {
            dropped.dropped("messages.image_url.detail");
        }
        content.addObject().put("type", "input_image").put("image_url", url);
    }

    private String text(ContentPart part, String where) {
        if (part instanceof ContentPart.Text text) {
            dropped.droppedCacheControl(text.cache());
            if (!text.citations().isEmpty()) {
                dropped.dropped("messages.citations");
            }
            return text.text();
        }
        throw unsupported(where);
    }

    /** A single text is written as a plain string. */
    private void message(String role, ArrayNode content) {
        ObjectNode item = input.addObject().put("type", "message").put("role", role);
        if (content.size() == 1 && "input_text".equals(Json.textAt(content.get(0), "type"))) {
            item.set("content", content.get(0).get("text"));
        } else if (content.isEmpty()) {
            item.put("content", "");
        } else {
            item.set("content", content);
        }
    }

    private void dropped(ContentPart.Native nativePart) {
        dropped.block(nativePart, "block");
    }

    private static RuntimeException unsupported(String param) {
        return PerplexityRequestEncoder.unsupported(param, "only text is accepted, and images in user messages");
    }
}
