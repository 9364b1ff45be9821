package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.CustomTools;
import dev.sluice.protocol.spi.DroppedParameters;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Encodes messages as input items. */
final class ResponsesMessageEncoder {

    private final ArrayNode input = Json.array();
    private final DroppedParameters dropped;
    private final String systemRole;
    private final Set<String> customNames;
    private final Set<String> customCalls = new HashSet<>();
    private boolean sendsReasoning;

    /** @param systemRole the role for system messages: {@code developer} or {@code system} */
    ResponsesMessageEncoder(String systemRole, ChatRequest request, DroppedParameters dropped) {
        this.systemRole = systemRole;
        this.customNames = ResponsesRequestEncoder.customNames(request);
        this.dropped = dropped;
    }

    ArrayNode encode(List<ChatMessage> messages) {
        messages.forEach(this::message);
        return input;
    }

    /** Whether the input has reasoning of this provider. */
    boolean sendsReasoning() {
        return sendsReasoning;
    }

    private void message(ChatMessage message) {
        if (message.name() != null) {
            dropped.dropped("messages.name");
        }
        switch (message.role()) {
            case SYSTEM, DEVELOPER -> message(systemRole, message.parts());
            case USER -> message("user", message.parts());
            case ASSISTANT -> assistant(message.parts());
            case TOOL -> message.parts().forEach(this::result);
        }
    }

    private void message(String role, List<ContentPart> parts) {
        ArrayNode content = Json.array();
        parts.forEach(part -> {
            JsonNode written = part(part);
            if (written != null) {
                content.add(written);
            }
        });
        if (!content.isEmpty()) {
            ObjectNode message = input.addObject().put("type", "message").put("role", role);
            message.set("content", content);
        }
    }

    /**
     * Texts of the assistant are messages with a plain string: their parts are output, which must have the id and the
     * status that the provider gave it.
     */
    private void assistant(List<ContentPart> parts) {
        for (ContentPart part : parts) {
            JsonNode item = switch (part) {
                case ContentPart.Text text -> {
                    dropped.droppedCacheControl(text.cache());
                    yield assistant(text.text());
                }
                case ContentPart.Refusal refusal -> assistant(refusal.text());
                case ContentPart.ToolCall call -> call(call);
                case ContentPart.Reasoning reasoning -> reasoning(reasoning);
                case ContentPart.Native nativePart -> block(nativePart);
                case ContentPart.Image ignored -> dropped("messages.image_url");
                case ContentPart.Audio ignored -> dropped("messages.audio");
                case ContentPart.Document ignored -> dropped("messages.file");
                case ContentPart.ToolResult ignored -> dropped("messages.tool_result");
            };
            if (item != null) {
                input.add(item);
            }
        }
    }

    private static ObjectNode assistant(String text) {
        return text.isEmpty()
                ? null
                : Json.object().put("type", "message").put("role", "assistant").put("content", text);
    }

    private JsonNode dropped(String what) {
        dropped.lost(what);
        return null;
    }

    private ObjectNode call(ContentPart.ToolCall call) {
        dropped.droppedCacheControl(call.cache());
        if (call.signature() != null) {
            dropped.dropped("messages.tool_calls.signature");
        }
        if (customNames.contains(call.name())) {
            customCalls.add(call.id());
            return Json.object()
                    .put("type", "custom_tool_call")
                    .put("call_id", call.id())
                    .put("name", call.name())
                    .put("input", CustomTools.input(call.arguments()));
        }
        return Json.object()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments());
    }

    private ObjectNode reasoning(ContentPart.Reasoning reasoning) {
        ContentPart.OpaqueReasoning opaque = reasoning.opaque();
        if (opaque == null || !opaque.protocol().equals(ResponsesProtocol.NAME) || opaque.encrypted() == null) {
            // Sluice stores nothing at the provider, so reasoning without encrypted content cannot be sent back.
            dropped.dropped("messages.reasoning");
            return null;
        }
        sendsReasoning = true;
        ObjectNode item = Json.object().put("type", "reasoning");
        if (opaque.id() != null) {
            item.put("id", opaque.id());
        }
        ArrayNode summary = item.putArray("summary");
        if (!reasoning.text().isEmpty()) {
            summary.add(ResponsesItemEncoder.summaryText(reasoning.text()));
        }
        return item.put("encrypted_content", opaque.encrypted());
    }

    private JsonNode block(ContentPart.Native nativePart) {
        if (nativePart.protocol().equals(ResponsesProtocol.NAME)) {
            return nativePart.block();
        }
        dropped.block(nativePart, "content");
        return null;
    }

    private void result(ContentPart result) {
        if (!(result instanceof ContentPart.ToolResult tool)) {
            dropped.lost("messages.tool");
            return;
        }
        dropped.droppedCacheControl(tool.cache());
        String type = customCalls.contains(tool.callId()) ? "custom_tool_call_output" : "function_call_output";
        ObjectNode item = input.addObject().put("type", type).put("call_id", tool.callId());
        String failure = tool.isError() ? "Error: " : "";
        if (tool.content().stream().allMatch(ContentPart.Text.class::isInstance)) {
            StringBuilder text = new StringBuilder(failure);
            for (ContentPart part : tool.content()) {
                boolean first = text.length() == failure.length();
                text.append(first ? "" : "\n").append(((ContentPart.Text) part).text());
            }
            item.put("output", text.toString());
            return;
        }
        ArrayNode output = item.putArray("output");
        if (tool.isError()) {
            output.addObject().put("type", "input_text").put("text", failure.strip());
        }
        tool.content().forEach(part -> {
            JsonNode written = part(part);
            if (written != null) {
                output.add(written);
            }
        });
    }

    /** An input part. */
    private JsonNode part(ContentPart part) {
        return switch (part) {
            case ContentPart.Text text -> {
                dropped.droppedCacheControl(text.cache());
                yield text.text().isEmpty()
                        ? null
                        : Json.object().put("type", "input_text").put("text", text.text());
            }
            case ContentPart.Image image -> {
                dropped.droppedCacheControl(image.cache());
                ObjectNode written = Json.object().put("type", "input_image");
                source(written, image.source(), "image_url");
                // Required by the API's description, which ignores its own default.
                yield written.put("detail", image.detail() == null ? "auto" : image.detail());
            }
            case ContentPart.Document document -> {
                dropped.droppedCacheControl(document.cache());
                yield document(document);
            }
            case ContentPart.Audio ignored ->
                throw RequestErrors.unsupported("messages.input_audio", "is not supported by the Responses format");
            case ContentPart.Native nativePart -> block(nativePart);
            case ContentPart.Refusal refusal ->
                Json.object().put("type", "input_text").put("text", refusal.text());
            case ContentPart.ToolCall ignored -> dropped("messages.tool_calls");
            case ContentPart.ToolResult ignored -> dropped("messages.tool_result");
            case ContentPart.Reasoning ignored -> dropped("messages.reasoning");
        };
    }

    private static ObjectNode document(ContentPart.Document document) {
        ObjectNode written = Json.object().put("type", "input_file");
        ContentPart.Source source = document.source();
        if (source.data() == null) {
            source(written, source, "file_url");
        } else {
            String type = source.mediaType() == null ? "application/pdf" : source.mediaType();
            // A file name is required with inline data.
            written.put("filename", document.filename() == null ? "file" : document.filename());
            written.put("file_data", new ContentPart.Source(type, source.data(), null, null).toUrl());
            return written;
        }
        return document.filename() == null || source.fileId() != null
                ? written
                : written.put("filename", document.filename());
    }

    private static void source(ObjectNode written, ContentPart.Source source, String urlMember) {
        if (source.fileId() != null) {
            written.put("file_id", source.fileId());
        } else {
            written.put(urlMember, source.toUrl());
        }
    }
}
