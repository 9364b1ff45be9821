package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.CustomTools;
import dev.sluice.protocol.spi.ResponseLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Decodes the output items of a streamed response. Tracks how much of each item was emitted and which part is open. */
final class ResponsesItemDecoder {

    /** An open call. A custom tool's text is emitted as the arguments of its function. */
    private record Call(int number, String callId, String early, boolean custom) {}

    private final Map<String, Integer> emitted = new HashMap<>();
    private final Map<Integer, String> lastReasoningPart = new HashMap<>();
    private final Map<Integer, Call> calls = new TreeMap<>();
    private Consumer<ResponseEvent> out;
    private final Set<Integer> ended = new HashSet<>();
    private final Set<Integer> openReasoning = new HashSet<>();
    /** Calls that began while the reasoning before them was open, with their events until it ends. */
    private final Set<Integer> heldCalls = new HashSet<>();

    private final List<ResponseEvent> held = new ArrayList<>();
    private int heldLength;
    private int startedCalls;
    private boolean hasItems;
    /** The key of the text, refusal or reasoning of the last event, or null. */
    private String open;

    void to(Consumer<ResponseEvent> out) {
        this.out = out;
    }

    boolean hasCalls() {
        return startedCalls > 0;
    }

    void added(int index, JsonNode item) {
        hasItems = true;
        String type = item.isObject() ? Json.textAt(item, "type") : null;
        boolean isCall = "function_call".equals(type) || ResponsesResponseDecoder.CUSTOM_CALL.equals(type);
        if ("reasoning".equals(type)) {
            openReasoning.add(index);
        }
        if (isCall && Json.textAt(item, "name") != null) {
            if (openReasoning.stream().anyMatch(before -> before < index)) {
                heldCalls.add(index);
            }
            call(index, item);
            if ("completed".equals(Json.textAt(item, "status"))) {
                // A complete call, possibly without further events.
                endCall(index, content(item));
            }
        }
    }

    void done(int index, JsonNode item) {
        hasItems = true;
        String type = item.isObject() ? Json.textAt(item, "type") : null;
        if (type == null) {
            return;
        }
        switch (type) {
            case "message" -> message(index, item.path("content"));
            case "reasoning" -> {
                reasoningItem(index, item);
                openReasoning.remove(index);
                if (openReasoning.isEmpty()) {
                    releaseCalls();
                }
            }
            case "function_call", ResponsesResponseDecoder.CUSTOM_CALL -> {
                if (ended.contains(index)) {
                    return;
                }
                if (!calls.containsKey(index)) {
                    call(index, item);
                }
                endCall(index, content(item));
            }
            default -> {
                releaseCalls();
                out.accept(new ResponseEvent.NativePart(new ContentPart.Native(ResponsesProtocol.NAME, item)));
                open = null;
            }
        }
    }

    void text(int index, int part, String delta, JsonNode logprobs) {
        if (delta == null || delta.isEmpty() && logprobs.isEmpty()) {
            return;
        }
        List<JsonNode> probabilities = new ArrayList<>();
        logprobs.forEach(probabilities::add);
        releaseCalls();
        String key = key("text", index, part);
        open(key);
        count(key, delta.length());
        out.accept(new ResponseEvent.TextDelta(delta, List.copyOf(probabilities)));
    }

    void restOfText(int index, int part, String whole, JsonNode logprobs) {
        String key = key("text", index, part);
        String remainder = remainder(key, whole);
        if (!remainder.isEmpty()) {
            text(index, part, remainder, emitted.containsKey(key) ? Json.array() : logprobs);
        }
    }

    void cite(int index, int part, JsonNode annotation) {
        cite(index, part, ResponsesResponseDecoder.citation(annotation));
    }

    void refusal(int index, int part, String delta) {
        if (delta != null && !delta.isEmpty()) {
            releaseCalls();
            String key = key("refusal", index, part);
            open(key);
            count(key, delta.length());
            out.accept(new ResponseEvent.RefusalDelta(delta));
        }
    }

    void restOfRefusal(int index, int part, String whole) {
        refusal(index, part, remainder(key("refusal", index, part), whole));
    }

    void reasoning(int index, String part, String delta) {
        if (delta == null || delta.isEmpty()) {
            return;
        }
        open(key("reasoning", index, 0));
        String before = lastReasoningPart.put(index, part);
        if (before != null && !before.equals(part)) {
            out.accept(new ResponseEvent.ReasoningDelta(ResponsesResponseDecoder.PARAGRAPH));
        }
        count(reasoningKey(index, part), delta.length());
        out.accept(new ResponseEvent.ReasoningDelta(delta));
    }

    void restOfReasoning(int index, String part, String whole) {
        reasoning(index, part, remainder(reasoningKey(index, part), whole));
    }

    void arguments(int index, String delta) {
        Call call = calls.get(index);
        if (call != null && delta != null && !delta.isEmpty()) {
            count(key("call", index, 0), delta.length());
            emit(
                    index,
                    new ResponseEvent.ToolCallDelta(call.number(), call.custom() ? CustomTools.escaped(delta) : delta));
            if (heldCalls.contains(index)) {
                heldLength += delta.length();
                ResponseLimits.checkHeld(heldLength);
            }
        }
    }

    void restOfArguments(int index, String whole) {
        arguments(index, remainder(key("call", index, 0), whole));
    }

    /** @param output the output of the complete response in the last event */
    void end(JsonNode output) {
        releaseCalls();
        if (!hasItems) {
            for (int i = 0; i < output.size(); i++) {
                done(i, output.get(i));
            }
        }
        Map<String, String> arguments = new HashMap<>();
        output.forEach(item -> arguments.put(ResponsesResponseDecoder.callId(item), content(item)));
        for (int index : List.copyOf(calls.keySet())) {
            Call call = calls.get(index);
            boolean reported = call.callId() != null && arguments.containsKey(call.callId());
            endCall(index, reported ? arguments.get(call.callId()) : call.early());
        }
    }

    private void call(int index, JsonNode item) {
        ResponseLimits.checkCalls(startedCalls);
        String callId = ResponsesResponseDecoder.callId(item);
        boolean custom = ResponsesResponseDecoder.CUSTOM_CALL.equals(Json.textAt(item, "type"));
        Call call = new Call(startedCalls++, callId, content(item), custom);
        calls.put(index, call);
        if (!heldCalls.contains(index)) {
            open = null;
        }
        emit(
                index,
                new ResponseEvent.ToolCallStarted(call.number(), callId, ResponsesResponseDecoder.name(item), null));
        if (custom) {
            emit(index, new ResponseEvent.ToolCallDelta(call.number(), CustomTools.OPENING));
        }
    }

    /** The arguments of a function call, the text of a custom tool call. */
    private static String content(JsonNode item) {
        String arguments = Json.textAt(item, "arguments");
        return arguments != null ? arguments : Json.textAt(item, "input");
    }

    private void endCall(int index, String whole) {
        restOfArguments(index, whole);
        ended.add(index);
        Call call = calls.remove(index);
        if (call.custom()) {
            emit(index, new ResponseEvent.ToolCallDelta(call.number(), CustomTools.CLOSING));
        }
        emit(index, new ResponseEvent.ToolCallEnded(call.number()));
    }

    private void emit(int index, ResponseEvent ofCall) {
        if (heldCalls.contains(index)) {
            held.add(ofCall);
        } else {
            out.accept(ofCall);
        }
    }

    /**
     * Some providers end the reasoning after the call that it led to, and send its proof only then. Clients give it
     * back in the order in which they got it, and providers want it before the call.
     */
    private void releaseCalls() {
        if (!held.isEmpty()) {
            open = null;
            held.forEach(out);
            held.clear();
            heldCalls.clear();
            heldLength = 0;
        }
    }

    private void message(int index, JsonNode content) {
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            if ("refusal".equals(Json.textAt(part, "type"))) {
                restOfRefusal(index, i, Json.textAt(part, "refusal"));
            } else {
                restOfText(index, i, Json.textAt(part, "text"), part.path("logprobs"));
                List<Citation> citations = ResponsesResponseDecoder.citations(part);
                int known = emitted.getOrDefault(key("citations", index, i), 0);
                for (int k = known; k < citations.size(); k++) {
                    cite(index, i, citations.get(k));
                }
            }
        }
    }

    private void cite(int index, int part, Citation citation) {
        releaseCalls();
        open(key("text", index, part));
        count(key("citations", index, part), 1);
        out.accept(new ResponseEvent.CitationAdded(citation));
    }

    private void reasoningItem(int index, JsonNode item) {
        for (String member : new String[] {"summary", "content"}) {
            JsonNode parts = item.path(member);
            for (int i = 0; i < parts.size(); i++) {
                restOfReasoning(index, member + i, Json.textAt(parts.get(i), "text"));
            }
        }
        ContentPart.OpaqueReasoning opaque = EncryptedContent.read(
                        "", Json.textAt(item, "id"), Json.textAt(item, "encrypted_content"))
                .opaque();
        if (opaque != null) {
            open(key("reasoning", index, 0));
            out.accept(new ResponseEvent.ReasoningSigned(opaque));
            open = null;
        }
    }

    /** Ends the open part when the event belongs to another one. */
    private void open(String key) {
        if (open != null && !open.equals(key)) {
            out.accept(new ResponseEvent.PartEnded());
        }
        open = key;
    }

    private void count(String key, int more) {
        ResponseLimits.checkParts(emitted.size());
        emitted.merge(key, more, Integer::sum);
    }

    private String remainder(String key, String whole) {
        int known = emitted.getOrDefault(key, 0);
        return whole == null || whole.length() <= known ? "" : whole.substring(known);
    }

    private static String reasoningKey(int index, String part) {
        return "reasoning part " + index + " " + part;
    }

    private static String key(String kind, int index, int part) {
        return kind + " " + index + " " + part;
    }
}
