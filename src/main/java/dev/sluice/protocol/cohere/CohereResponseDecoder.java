package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.ArrayList;
import java.util.List;

/** Decodes a complete response: content first, then the tool plan, then the tool calls. */
final class CohereResponseDecoder {

    private final List<ContentPart> parts = new ArrayList<>();
    private int calls;

    private CohereResponseDecoder() {}

    static ChatResponse decode(ByteSlice body) {
        return new CohereResponseDecoder().read(UpstreamErrors.read(body));
    }

    private ChatResponse read(JsonNode response) {
        String reason = Json.textAt(response, "finish_reason");
        GatewayError failure = CohereErrors.finish(reason, Json.textAt(response, "error"));
        if (failure != null) {
            throw new GatewayException(failure);
        }
        JsonNode message = response.get("message");
        if (message == null || !message.isObject()) {
            throw UpstreamErrors.malformedResponse("\"message\"", "an object");
        }
        content(message.path("content"));
        cite(message.path("citations"));
        String plan = Json.textAt(message, "tool_plan");
        if (plan != null && !plan.isEmpty()) {
            parts.add(new ContentPart.Reasoning(plan, null));
        }
        for (JsonNode call : message.path("tool_calls")) {
            call(call);
        }
        List<JsonNode> logprobs = new ArrayList<>();
        for (JsonNode item : response.path("logprobs")) {
            JsonNode token = CohereMappings.logprob(item);
            if (token != null) {
                logprobs.add(token);
            }
        }
        return new ChatResponse(
                Json.textAt(response, "id"),
                null,
                0,
                List.copyOf(parts),
                CohereMappings.finish(reason, calls > 0),
                null,
                List.copyOf(logprobs),
                CohereMappings.usage(response.get("usage")));
    }

    private void content(JsonNode content) {
        if (content.isTextual() && !content.textValue().isEmpty()) {
            parts.add(ContentPart.Text.of(content.textValue()));
        }
        for (JsonNode block : content.isArray() ? content : Json.array()) {
            String text = Json.textAt(block, "text");
            String thinking = Json.textAt(block, "thinking");
            if (thinking != null && !thinking.isEmpty()) {
                parts.add(new ContentPart.Reasoning(thinking, null));
            } else if (text != null && !text.isEmpty()) {
                parts.add(ContentPart.Text.of(text));
            }
        }
    }

    /** Citation offsets count from the start of the text: the only one in the response, or the last. */
    private void cite(JsonNode raws) {
        List<Citation> citations = new ArrayList<>();
        for (JsonNode raw : raws) {
            Citation citation = CohereMappings.citation(raw);
            if (citation != null) {
                citations.add(citation);
            }
        }
        int last = parts.size() - 1;
        if (citations.isEmpty()) {
            return;
        }
        if (last >= 0 && parts.get(last) instanceof ContentPart.Text text) {
            parts.set(last, new ContentPart.Text(text.text(), List.copyOf(citations), null));
        } else {
            parts.add(new ContentPart.Text("", List.copyOf(citations), null));
        }
    }

    private void call(JsonNode call) {
        JsonNode function = call.path("function");
        String name = Json.textAt(function, "name");
        if (name == null) {
            throw UpstreamErrors.malformedResponse("\"tool_calls\"", "functions with a name");
        }
        ResponseLimits.checkCalls(calls);
        String arguments = Json.textAt(function, "arguments");
        parts.add(ContentPart.ToolCall.of(
                id(Json.textAt(call, "id"), calls), name, arguments == null || arguments.isBlank() ? "{}" : arguments));
        calls++;
    }

    /** An id for a call without one, which no result could refer to. */
    static String id(String id, int index) {
        return id == null || id.isEmpty() ? "call_" + index : id;
    }
}
