package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomTools;
import java.util.ArrayList;
import java.util.List;

/** Decodes a provider's complete response. */
final class ResponsesResponseDecoder {

    static final String CUSTOM_CALL = "custom_tool_call";

    /** Separates the summaries of one reasoning item. */
    static final String PARAGRAPH = "\n\n";

    private final List<ContentPart> parts = new ArrayList<>();
    private final List<JsonNode> logprobs = new ArrayList<>();

    static ChatResponse decode(ByteSlice body) {
        JsonNode response = UpstreamErrors.read(body);
        JsonNode output = response.get("output");
        if (output == null || !output.isArray()) {
            throw UpstreamErrors.malformedResponse("a response without output");
        }
        String status = Json.textAt(response, "status");
        if ("queued".equals(status) || "in_progress".equals(status)) {
            throw UpstreamErrors.malformedResponse("a response that is still " + status);
        }
        ResponsesResponseDecoder decoder = new ResponsesResponseDecoder();
        output.forEach(decoder::item);
        return new ChatResponse(
                Json.textAt(response, "id"),
                Json.textAt(response, "model"),
                Json.countAt(response, "created_at"),
                List.copyOf(decoder.parts),
                finish(response, decoder.parts.stream().anyMatch(ContentPart.ToolCall.class::isInstance)),
                null,
                List.copyOf(decoder.logprobs),
                ResponsesUsage.ofResponse(response));
    }

    /** The finish reason of a response. */
    static FinishReason finish(JsonNode response, boolean calls) {
        if ("incomplete".equals(Json.textAt(response, "status"))) {
            boolean filtered = "content_filter".equals(Json.textAt(response.path("incomplete_details"), "reason"));
            return filtered ? FinishReason.CONTENT_FILTER : FinishReason.LENGTH;
        }
        return calls ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    }

    private void item(JsonNode item) {
        String type = item.isObject() ? Json.textAt(item, "type") : null;
        if (type == null) {
            return;
        }
        switch (type) {
            case "message" -> item.path("content").forEach(this::content);
            case "reasoning" -> {
                ContentPart.Reasoning reasoning = EncryptedContent.read(
                        readableText(item), Json.textAt(item, "id"), Json.textAt(item, "encrypted_content"));
                if (reasoning.opaque() != null || !reasoning.text().isEmpty()) {
                    parts.add(reasoning);
                }
            }
            case "function_call" -> {
                String arguments = Json.textAt(item, "arguments");
                parts.add(ContentPart.ToolCall.of(
                        callId(item), name(item), arguments == null || arguments.isBlank() ? "{}" : arguments));
            }
            case CUSTOM_CALL ->
                parts.add(ContentPart.ToolCall.of(callId(item), name(item), CustomTools.arguments(input(item))));
            default -> parts.add(new ContentPart.Native(ResponsesProtocol.NAME, item));
        }
    }

    private void content(JsonNode part) {
        String text = Json.textAt(part, "text");
        List<Citation> citations = citations(part);
        if ("refusal".equals(Json.textAt(part, "type"))) {
            String refusal = Json.textAt(part, "refusal");
            if (refusal != null && !refusal.isEmpty()) {
                parts.add(new ContentPart.Refusal(refusal));
            }
        } else if (text != null && (!text.isEmpty() || !citations.isEmpty())) {
            parts.add(new ContentPart.Text(text, citations, null));
            part.path("logprobs").forEach(logprobs::add);
        }
    }

    static String callId(JsonNode item) {
        String id = Json.textAt(item, "call_id");
        return id != null ? id : Json.textAt(item, "id");
    }

    static String name(JsonNode item) {
        String name = Json.textAt(item, "name");
        if (name == null) {
            throw UpstreamErrors.malformedResponse("a " + Json.textAt(item, "type") + " without name");
        }
        return name;
    }

    /** The text of a custom tool call. */
    static String input(JsonNode item) {
        String input = Json.textAt(item, "input");
        return input == null ? "" : input;
    }

    /** The readable text of a reasoning item: its summaries, and the raw text that open models return. */
    static String readableText(JsonNode item) {
        StringBuilder text = new StringBuilder();
        for (String member : new String[] {"summary", "content"}) {
            for (JsonNode part : item.path(member)) {
                String paragraph = Json.textAt(part, "text");
                if (paragraph != null && !paragraph.isEmpty()) {
                    text.append(text.isEmpty() ? "" : PARAGRAPH).append(paragraph);
                }
            }
        }
        return text.toString();
    }

    static List<Citation> citations(JsonNode part) {
        List<Citation> citations = new ArrayList<>();
        part.path("annotations").forEach(annotation -> citations.add(citation(annotation)));
        return List.copyOf(citations);
    }

    static Citation citation(JsonNode annotation) {
        String title = Json.textAt(annotation, "title");
        return new Citation(
                Json.textAt(annotation, "url"),
                title != null ? title : Json.textAt(annotation, "filename"),
                index(annotation, "start_index"),
                index(annotation, "end_index"),
                ResponsesProtocol.NAME,
                annotation);
    }

    private static int index(JsonNode annotation, String member) {
        JsonNode index = annotation.get(member);
        return index != null && index.canConvertToInt() ? index.intValue() : -1;
    }
}
