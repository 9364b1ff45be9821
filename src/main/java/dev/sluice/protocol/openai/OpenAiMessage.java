package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.Part;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.AnswerBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the model says, delta by delta: reasoning, then text, refusal and calls, in the many places they are put. */
final class OpenAiMessage {

    /** One call. Its name is awaited, its id made up when it has none. */
    private static final class Call {
        private final JsonNode index;
        private final boolean custom;
        private final StringBuilder waiting = new StringBuilder();
        private String id;
        private String name;
        private String signature;
        private int number = -1;

        private Call(JsonNode index, boolean custom) {
            this.index = index;
            this.custom = custom;
        }
    }

    private final List<Call> calls = new ArrayList<>();
    private final ThoughtDeltas thoughts = new ThoughtDeltas();
    private Call oldCall;
    private String answerId = "";
    private int begun;

    /** Ids are made up from it. */
    void answerId(String id) {
        answerId = id == null ? "" : id + "_";
    }

    boolean called() {
        return !calls.isEmpty();
    }

    void read(JsonNode delta, JsonNode logprobs, Consumer<AnswerEvent> out) {
        thoughts.read(delta, out);
        content(delta.path("content"), logprobs, out);
        String refusal = Json.textAt(delta, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            thoughts.close(out);
            out.accept(new AnswerEvent.RefusalDelta(refusal));
        }
        for (JsonNode fragment : delta.path("tool_calls")) {
            if (fragment.isObject()) {
                thoughts.close(out);
                fragment(fragment, out);
            }
        }
        JsonNode old = delta.path("function_call");
        if (old.isObject()) {
            thoughts.close(out);
            if (oldCall == null) {
                oldCall = new Call(old, false);
                calls.add(oldCall);
            }
            extend(oldCall, old, out);
        }
    }

    /** Begins what still waits for a name, and closes everything. */
    void end(Consumer<AnswerEvent> out) {
        thoughts.close(out);
        for (Call call : calls) {
            if (call.custom) {
                out.accept(new AnswerEvent.NativePart(new Part.Native(OpenAiChat.NAME, custom(call))));
                continue;
            }
            if (call.number < 0) {
                call.name = call.name == null ? "" : call.name;
                begin(call, out);
            }
            out.accept(new AnswerEvent.CallEnded(call.number));
        }
    }

    private void content(JsonNode content, JsonNode logprobs, Consumer<AnswerEvent> out) {
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
            thoughts.close(out);
            out.accept(new AnswerEvent.TextDelta(text, probabilities));
        }
    }

    /** Mistral's content is a list when it thinks. */
    private void chunk(JsonNode chunk, Consumer<AnswerEvent> out) {
        String type = chunk.path("type").asText();
        if (type.equals("thinking")) {
            for (JsonNode thought : chunk.path("thinking")) {
                String text = Json.textAt(thought, "text");
                if (text != null && !text.isEmpty()) {
                    out.accept(new AnswerEvent.ThoughtDelta(text));
                }
            }
        } else if (type.equals("text")) {
            String text = Json.textAt(chunk, "text");
            if (text != null && !text.isEmpty()) {
                thoughts.close(out);
                out.accept(AnswerEvent.TextDelta.of(text));
            }
        }
    }

    private void fragment(JsonNode fragment, Consumer<AnswerEvent> out) {
        String id = OpenAiAnswers.text(fragment, "id");
        JsonNode custom = fragment.path("custom");
        JsonNode body = custom.isObject() ? custom : fragment.path("function");
        Call call = find(fragment.path("index"), id, OpenAiAnswers.text(body, "name"));
        if (call == null) {
            AnswerBounds.calls(calls.size());
            call = new Call(fragment.path("index"), custom.isObject());
            calls.add(call);
        }
        if (call.id == null) {
            call.id = id;
        }
        if (call.signature == null) {
            call.signature = OpenAiCalls.signature(fragment);
        }
        extend(call, body, out);
    }

    /**
     * The call that a fragment continues, or null when it begins one: by its index where it has one, though some send
     * whole calls of different ids under one index; else by its id; what has neither continues the last.
     */
    private Call find(JsonNode index, String id, String name) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            Call call = calls.get(i);
            boolean other = id != null && call.id != null && !id.equals(call.id);
            if (index.isNumber()) {
                if (call.index.equals(index)) {
                    return other && name != null ? null : call;
                }
            } else if (id != null ? id.equals(call.id) : name == null) {
                return call;
            }
        }
        return null;
    }

    private void extend(Call call, JsonNode body, Consumer<AnswerEvent> out) {
        if (call.name == null) {
            call.name = OpenAiAnswers.text(body, "name");
        }
        JsonNode given = call.custom ? body.path("input") : body.path("arguments");
        String fragment = given.isObject() ? Json.text(given) : given.isTextual() ? given.textValue() : "";
        if (call.custom || call.name == null) {
            AnswerBounds.held(call.waiting.length());
            call.waiting.append(fragment);
            return;
        }
        if (call.number < 0) {
            begin(call, out);
        }
        if (!fragment.isEmpty()) {
            out.accept(new AnswerEvent.CallDelta(call.number, fragment));
        }
    }

    private void begin(Call call, Consumer<AnswerEvent> out) {
        call.number = begun++;
        out.accept(new AnswerEvent.CallBegan(call.number, id(call), call.name, call.signature));
        if (!call.waiting.isEmpty()) {
            out.accept(new AnswerEvent.CallDelta(call.number, call.waiting.toString()));
        }
    }

    private String id(Call call) {
        return call.id == null ? "call_" + answerId + calls.indexOf(call) : call.id;
    }

    private ObjectNode custom(Call call) {
        ObjectNode written = Json.object().put("id", id(call)).put("type", "custom");
        written.putObject("custom").put("name", call.name).put("input", call.waiting.toString());
        return written;
    }
}
