package dev.sluice.protocol.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Decodes a streamed response, from {@code message-start} to {@code message-end}. A block is closed by the next block,
 * not by {@code content-end}: citations of a text may follow its end.
 */
final class CohereStreamDecoder implements StreamDecoder {

    /** Open tool calls by Cohere's {@code index}. */
    private final Map<Long, Integer> open = new HashMap<>();

    private int calls;
    private boolean started;
    /** Whether any content was emitted. */
    private boolean anyContent;

    /** Whether the next content starts another block. */
    private boolean newBlock;

    private boolean planning;
    private boolean complete;

    @Override
    public void decode(JsonNode data, Consumer<ResponseEvent> out) {
        String type = Json.textAt(data, "type");
        if (type == null && Json.textAt(data, "message") != null || "error".equals(type)) {
            throw new GatewayException(UpstreamErrors.ofEvent(Json.bytes(data)));
        }
        JsonNode delta = data.path("delta");
        JsonNode message = delta.path("message");
        switch (type == null ? "" : type) {
            case "message-start" -> begin(data, out);
            case "content-start" -> {
                begin(data, out);
                newBlock = true;
                content(message.path("content"), null, out);
            }
            case "content-delta" -> {
                begin(data, out);
                content(
                        message.path("content"),
                        data.has("logprobs") ? data.get("logprobs") : delta.get("logprobs"),
                        out);
            }
            case "tool-plan-delta" -> plan(Json.textAt(message, "tool_plan"), data, out);
            case "citation-start" -> cite(message.path("citations"), data, out);
            case "tool-call-start" -> call(data, first(message.path("tool_calls")), out);
            case "tool-call-delta" -> arguments(data, first(message.path("tool_calls")), out);
            case "tool-call-end" -> {
                Integer call = open.remove(index(data));
                if (call != null) {
                    out.accept(new ResponseEvent.ToolCallEnded(call));
                }
            }
            case "message-end" -> end(data, delta, out);
            default -> {}
        }
    }

    @Override
    public boolean complete() {
        return complete;
    }

    private void begin(JsonNode data, Consumer<ResponseEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ResponseEvent.Started(Json.textAt(data, "id"), null, 0));
        }
    }

    private void content(JsonNode block, JsonNode probabilities, Consumer<ResponseEvent> out) {
        String thinking = Json.textAt(block, "thinking");
        String text = Json.textAt(block, "text");
        if (thinking != null && !thinking.isEmpty()) {
            startPart(out);
            out.accept(new ResponseEvent.ReasoningDelta(thinking));
        } else if (text != null && !text.isEmpty()) {
            startPart(out);
            JsonNode token = CohereMappings.logprob(probabilities);
            out.accept(new ResponseEvent.TextDelta(text, token == null ? List.of() : List.of(token)));
        }
    }

    private void startPart(Consumer<ResponseEvent> out) {
        if (newBlock && anyContent) {
            out.accept(new ResponseEvent.PartEnded());
        }
        newBlock = false;
        anyContent = true;
    }

    private void plan(String plan, JsonNode data, Consumer<ResponseEvent> out) {
        begin(data, out);
        if (plan == null || plan.isEmpty()) {
            return;
        }
        newBlock |= !planning;
        planning = true;
        startPart(out);
        out.accept(new ResponseEvent.ReasoningDelta(plan));
    }

    private void cite(JsonNode raw, JsonNode data, Consumer<ResponseEvent> out) {
        begin(data, out);
        Citation citation = CohereMappings.citation(first(raw));
        if (citation != null) {
            out.accept(new ResponseEvent.CitationAdded(citation));
        }
    }

    private void call(JsonNode data, JsonNode call, Consumer<ResponseEvent> out) {
        begin(data, out);
        JsonNode function = call.path("function");
        String name = Json.textAt(function, "name");
        if (name == null) {
            throw UpstreamErrors.malformedResponse("the stream's event tool-call-start", "a function with a name");
        }
        ResponseLimits.checkCalls(calls);
        int number = calls++;
        open.put(index(data), number);
        out.accept(new ResponseEvent.ToolCallStarted(
                number, CohereResponseDecoder.id(Json.textAt(call, "id"), number), name, null));
        fragment(number, function, out);
    }

    private void arguments(JsonNode data, JsonNode call, Consumer<ResponseEvent> out) {
        Integer number = open.get(index(data));
        if (number == null) {
            throw UpstreamErrors.malformedResponse("the stream's event tool-call-delta", "the index of an open call");
        }
        fragment(number, call.path("function"), out);
    }

    private static void fragment(int number, JsonNode function, Consumer<ResponseEvent> out) {
        String arguments = Json.textAt(function, "arguments");
        if (arguments != null && !arguments.isEmpty()) {
            out.accept(new ResponseEvent.ToolCallDelta(number, arguments));
        }
    }

    private void end(JsonNode data, JsonNode delta, Consumer<ResponseEvent> out) {
        begin(data, out);
        Usage usage = CohereMappings.usage(delta.get("usage"));
        if (usage.known()) {
            out.accept(new ResponseEvent.UsageReported(usage));
        }
        String reason = Json.textAt(delta, "finish_reason");
        String error = Json.textAt(delta, "error");
        GatewayError failure = CohereErrors.finish(reason == null && error != null ? "ERROR" : reason, error);
        if (failure != null) {
            throw new GatewayException(failure);
        }
        open.values().stream().sorted().forEach(call -> out.accept(new ResponseEvent.ToolCallEnded(call)));
        open.clear();
        out.accept(new ResponseEvent.Finished(CohereMappings.finish(reason, calls > 0), null));
        complete = true;
    }

    /** Streams have a single call or citation where complete responses have an array. */
    private static JsonNode first(JsonNode oneOrMore) {
        return oneOrMore.isArray() ? oneOrMore.path(0) : oneOrMore;
    }

    private static long index(JsonNode data) {
        return Json.countAt(data, "index");
    }
}
