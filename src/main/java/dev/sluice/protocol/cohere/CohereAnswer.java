package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.error.Refusal;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.AnswerBounds;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole answer: content first, then the plan that explains the calls, then the calls. */
final class CohereAnswer {

    private final List<Part> parts = new ArrayList<>();
    private int calls;

    private CohereAnswer() {}

    static ChatAnswer decode(ByteSlice body) {
        try {
            return new CohereAnswer().read(Json.read(Refusal.withoutByteOrderMark(body)));
        } catch (MalformedJson malformed) {
            throw CohereRefusal.malformed("a body that " + malformed.getMessage(), "a JSON object");
        }
    }

    private ChatAnswer read(JsonNode answer) {
        String reason = Json.textAt(answer, "finish_reason");
        GatewayError failure = CohereRefusal.finish(reason, Json.textAt(answer, "error"));
        if (failure != null) {
            throw new GatewayException(failure);
        }
        JsonNode message = answer.get("message");
        if (message == null || !message.isObject()) {
            throw CohereRefusal.malformed("\"message\"", "an object");
        }
        content(message.path("content"));
        cite(message.path("citations"));
        String plan = Json.textAt(message, "tool_plan");
        if (plan != null && !plan.isEmpty()) {
            parts.add(new Part.Thought(plan, null));
        }
        for (JsonNode call : message.path("tool_calls")) {
            call(call);
        }
        List<JsonNode> logprobs = new ArrayList<>();
        for (JsonNode item : answer.path("logprobs")) {
            JsonNode token = CohereWords.logprob(item);
            if (token != null) {
                logprobs.add(token);
            }
        }
        return new ChatAnswer(
                Json.textAt(answer, "id"),
                null,
                0,
                List.copyOf(parts),
                CohereWords.finish(reason, calls > 0),
                null,
                List.copyOf(logprobs),
                CohereWords.usage(answer.get("usage")));
    }

    private void content(JsonNode content) {
        if (content.isTextual() && !content.textValue().isEmpty()) {
            parts.add(Part.Text.of(content.textValue()));
        }
        for (JsonNode block : content.isArray() ? content : Json.array()) {
            String text = Json.textAt(block, "text");
            String thought = Json.textAt(block, "thinking");
            if (thought != null && !thought.isEmpty()) {
                parts.add(new Part.Thought(thought, null));
            } else if (text != null && !text.isEmpty()) {
                parts.add(Part.Text.of(text));
            }
        }
    }

    /** Citations count from the text's first character; there is one text in an answer, or the last is meant. */
    private void cite(JsonNode raws) {
        List<Citation> citations = new ArrayList<>();
        for (JsonNode raw : raws) {
            Citation citation = CohereWords.citation(raw);
            if (citation != null) {
                citations.add(citation);
            }
        }
        int last = parts.size() - 1;
        if (citations.isEmpty()) {
            return;
        }
        if (last >= 0 && parts.get(last) instanceof Part.Text text) {
            parts.set(last, new Part.Text(text.text(), List.copyOf(citations), null));
        } else {
            parts.add(new Part.Text("", List.copyOf(citations), null));
        }
    }

    private void call(JsonNode call) {
        JsonNode function = call.path("function");
        String name = Json.textAt(function, "name");
        if (name == null) {
            throw CohereRefusal.malformed("\"tool_calls\"", "functions with a name");
        }
        AnswerBounds.calls(calls);
        String arguments = Json.textAt(function, "arguments");
        parts.add(Part.ToolCall.of(
                id(Json.textAt(call, "id"), calls), name, arguments == null || arguments.isBlank() ? "{}" : arguments));
        calls++;
    }

    /** A call without an id could not be answered. */
    static String id(String id, int place) {
        return id == null || id.isEmpty() ? "call_" + place : id;
    }
}
