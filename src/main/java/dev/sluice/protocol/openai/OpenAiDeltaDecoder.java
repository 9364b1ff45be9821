package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decodes the deltas of a message: reasoning, then text, refusal and tool calls, in the members that the various
 * providers use.
 */
final class OpenAiDeltaDecoder {

    /** One tool call. It starts when its name is known; an id is generated when the provider sends none. */
    private static final class Call {
        private final JsonNode index;
        private final boolean custom;
        private final StringBuilder arguments = new StringBuilder();
        private String id;
        private String name;
        private String signature;
        private int number = -1;
        /** How much of the arguments was last found incomplete. */
        private int incomplete = -1;

        private boolean ended;

        private Call(JsonNode index, boolean custom) {
            this.index = index;
            this.custom = custom;
        }

        /** Whether a fragment with a name and no id is another call, under the same index. */
        private boolean isFollowedBy(String other) {
            return name != null && (ended || !name.equals(other) || isComplete());
        }

        /** Whether the arguments are a whole JSON value, so that no fragment can follow. */
        private boolean isComplete() {
            if (custom || arguments.isEmpty() || incomplete == arguments.length()) {
                return false;
            }
            boolean complete = Json.readOrNull(arguments.toString()) != null;
            incomplete = complete ? -1 : arguments.length();
            return complete;
        }
    }

    private final List<Call> calls = new ArrayList<>();
    private final ReasoningDeltas reasoning = new ReasoningDeltas();
    private Call legacyCall;
    private String responseId = "";
    private int startedCalls;

    /** Sets the response id from which missing call ids are derived. */
    void responseId(String id) {
        responseId = id == null ? "" : id + "_";
    }

    boolean hasCalls() {
        return !calls.isEmpty();
    }

    /** @param whole whether it is a complete message, in which each tool call is whole */
    void read(JsonNode delta, boolean whole, JsonNode logprobs, Consumer<ResponseEvent> out) {
        if (hasCalls() && ReasoningDeltas.isIn(delta)) {
            endCompleteCalls(out);
        }
        reasoning.read(delta, out);
        content(delta.path("content"), logprobs, out);
        String refusal = Json.textAt(delta, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            endCompleteCalls(out);
            reasoning.close(out);
            out.accept(new ResponseEvent.RefusalDelta(refusal));
        }
        for (JsonNode image : delta.path("images")) {
            if (image.path("image_url").isObject()) {
                reasoning.close(out);
                out.accept(new ResponseEvent.NativePart(new ContentPart.Native(ChatCompletionsProtocol.NAME, image)));
            }
        }
        for (JsonNode fragment : delta.path("tool_calls")) {
            if (fragment.isObject()) {
                reasoning.close(out);
                fragment(fragment, whole, out);
            }
        }
        JsonNode legacy = delta.path("function_call");
        if (legacy.isObject()) {
            reasoning.close(out);
            if (legacyCall == null) {
                legacyCall = new Call(legacy, false);
                calls.add(legacyCall);
            }
            append(legacyCall, legacy, out);
        }
    }

    /** Starts the calls that have no name yet, and ends all parts. */
    void end(Consumer<ResponseEvent> out) {
        reasoning.close(out);
        for (Call call : calls) {
            if (call.ended) {
                continue;
            }
            if (call.custom) {
                out.accept(new ResponseEvent.NativePart(
                        new ContentPart.Native(ChatCompletionsProtocol.NAME, customCall(call))));
                continue;
            }
            if (call.number < 0) {
                call.name = call.name == null ? "" : call.name;
                start(call, out);
            }
            out.accept(new ResponseEvent.ToolCallEnded(call.number));
        }
    }

    /** Text after a call: its item ends before the next begins. */
    private void endCompleteCalls(Consumer<ResponseEvent> out) {
        for (Call call : calls) {
            if (!call.ended && call.number >= 0 && call.isComplete()) {
                call.ended = true;
                out.accept(new ResponseEvent.ToolCallEnded(call.number));
            }
        }
    }

    private void content(JsonNode content, JsonNode logprobs, Consumer<ResponseEvent> out) {
        if (content.isArray()) {
            for (JsonNode chunk : content) {
                chunk(chunk, out);
            }
            return;
        }
        String text = content.isTextual() ? content.textValue() : "";
        List<JsonNode> probabilities = List.of();
        if (logprobs.isArray() && !logprobs.isEmpty()) {
            probabilities = new ArrayList<>(logprobs.size());
            logprobs.forEach(probabilities::add);
        }
        if (!text.isEmpty() || !probabilities.isEmpty()) {
            if (!text.isBlank()) {
                endCompleteCalls(out);
            }
            reasoning.close(out);
            out.accept(new ResponseEvent.TextDelta(text, probabilities));
        }
    }

    /** A chunk of Mistral's content, which is a list when the model reasons. */
    private void chunk(JsonNode chunk, Consumer<ResponseEvent> out) {
        String type = chunk.path("type").asText();
        if (type.equals("thinking")) {
            for (JsonNode thought : chunk.path("thinking")) {
                String text = Json.textAt(thought, "text");
                if (text != null && !text.isEmpty()) {
                    out.accept(new ResponseEvent.ReasoningDelta(text));
                }
            }
        } else if (type.equals("text")) {
            String text = Json.textAt(chunk, "text");
            if (text != null && !text.isEmpty()) {
                reasoning.close(out);
                out.accept(ResponseEvent.TextDelta.of(text));
            }
        }
    }

    private void fragment(JsonNode fragment, boolean whole, Consumer<ResponseEvent> out) {
        String id = OpenAiResponseDecoder.text(fragment, "id");
        JsonNode custom = fragment.path("custom");
        JsonNode body = custom.isObject() ? custom : fragment.path("function");
        Call call = whole ? null : find(fragment.path("index"), id, OpenAiResponseDecoder.text(body, "name"));
        if (call == null) {
            ResponseLimits.checkCalls(calls.size());
            call = new Call(fragment.path("index"), custom.isObject());
            calls.add(call);
        }
        if (call.id == null) {
            call.id = id;
        }
        if (call.signature == null) {
            call.signature = OpenAiToolCalls.signature(fragment);
        }
        append(call, body, out);
    }

    /**
     * The call that a fragment continues, or null when it starts one. It is found by the index; some providers send
     * whole calls with different ids under one index, or with none and a name each. Without an index the id decides; a
     * fragment with neither continues the last call.
     */
    private Call find(JsonNode index, String id, String name) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            Call call = calls.get(i);
            boolean otherId = id != null && call.id != null && !id.equals(call.id);
            if (index.isNumber()) {
                if (call.index.equals(index)) {
                    boolean another = name != null && (otherId || id == null && call.isFollowedBy(name));
                    return another ? null : call;
                }
            } else if (id != null ? id.equals(call.id) : name == null) {
                return call;
            }
        }
        return null;
    }

    private void append(Call call, JsonNode body, Consumer<ResponseEvent> out) {
        if (call.name == null) {
            call.name = OpenAiResponseDecoder.text(body, "name");
        }
        JsonNode arguments = call.custom ? body.path("input") : body.path("arguments");
        String fragment =
                arguments.isObject() ? Json.text(arguments) : arguments.isTextual() ? arguments.textValue() : "";
        if (call.custom || call.name == null) {
            ResponseLimits.checkHeld(call.arguments.length());
            call.arguments.append(fragment);
            return;
        }
        if (call.ended) {
            // What follows complete arguments, after other content, is no part of them.
            return;
        }
        call.arguments.append(fragment);
        if (call.number < 0) {
            start(call, out);
        } else if (!fragment.isEmpty()) {
            out.accept(new ResponseEvent.ToolCallDelta(call.number, fragment));
        }
    }

    private void start(Call call, Consumer<ResponseEvent> out) {
        call.number = startedCalls++;
        out.accept(new ResponseEvent.ToolCallStarted(call.number, id(call), call.name, call.signature));
        if (!call.arguments.isEmpty()) {
            out.accept(new ResponseEvent.ToolCallDelta(call.number, call.arguments.toString()));
        }
    }

    private String id(Call call) {
        return call.id == null ? "call_" + responseId + calls.indexOf(call) : call.id;
    }

    private ObjectNode customCall(Call call) {
        ObjectNode written = Json.object().put("id", id(call)).put("type", "custom");
        written.putObject("custom").put("name", call.name).put("input", call.arguments.toString());
        return written;
    }
}
