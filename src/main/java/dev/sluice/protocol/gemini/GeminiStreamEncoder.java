package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes a streamed response: each event is a response with the next parts. Calls are written whole and in order. The
 * last event has the finish reason and the usage; Gemini has no other terminal marker.
 */
final class GeminiStreamEncoder implements StreamEncoder {

    /** An event with one text differs from the others by that text only. */
    private static final byte[] BEFORE_TEXT = ascii("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":");

    private static final byte[] AFTER_THOUGHT = ascii(",\"thought\":true");

    private final ChatRequest request;
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private final List<Citation> citations = new ArrayList<>();
    private List<ContentPart.Reasoning> sealed = new ArrayList<>();
    private final StringBuilder thought = new StringBuilder();
    private ResponseEvent.Started started = new ResponseEvent.Started(null, null, 0);
    private FinishReason finishReason = FinishReason.STOP;
    private boolean refused;
    private boolean called;
    private byte[] afterText;

    /** A call that is not written yet. */
    private static final class Call {
        private final ResponseEvent.ToolCallStarted start;
        private final List<ContentPart.Reasoning> before;
        private final StringBuilder arguments = new StringBuilder();
        private boolean ended;

        private Call(ResponseEvent.ToolCallStarted start, List<ContentPart.Reasoning> before) {
            this.start = start;
            this.before = before;
        }
    }

    GeminiStreamEncoder(ChatRequest request) {
        this.request = request;
    }

    @Override
    public void write(ResponseEvent event, EventBytes out) {
        switch (event) {
            case ResponseEvent.Started first -> started = first;
            case ResponseEvent.TextDelta delta -> {
                endThought();
                text(delta.text(), delta.logprobs(), out);
            }
            case ResponseEvent.RefusalDelta delta -> {
                refused = true;
                text(delta.text(), List.of(), out);
            }
            case ResponseEvent.ReasoningDelta delta -> {
                if (!delta.text().isEmpty()) {
                    thought.append(delta.text());
                    text(delta.text(), true, out);
                }
            }
            case ResponseEvent.ReasoningSigned signed -> {
                sealed.add(new ContentPart.Reasoning(thought.toString(), signed.opaque()));
                thought.setLength(0);
            }
            case ResponseEvent.PartEnded ended -> endThought();
            case ResponseEvent.CitationAdded added -> citations.add(added.citation());
            case ResponseEvent.ToolCallStarted call -> {
                endThought();
                calls.put(call.call(), new Call(call, sealed));
                sealed = new ArrayList<>();
            }
            case ResponseEvent.ToolCallDelta delta ->
                calls.get(delta.call()).arguments.append(delta.fragment());
            case ResponseEvent.ToolCallEnded ended -> {
                calls.get(ended.call()).ended = true;
                writeCalls(false, out);
            }
            case ResponseEvent.NativePart part -> {
                if (part.part().protocol().equals(GeminiProtocol.NAME)) {
                    part(part.part().block(), out);
                }
            }
            case ResponseEvent.UsageReported seen -> {}
            case ResponseEvent.Finished end -> finishReason = end.finishReason();
        }
    }

    @Override
    public void end(Usage usage, EventBytes out) {
        writeCalls(true, out);
        // Google's libraries take a content without parts for a failed response.
        ObjectNode last = GeminiResponseEncoder.text("");
        sealed.removeIf(reasoning -> reasoning.opaque() == null);
        if (!sealed.isEmpty()) {
            GeminiResponseEncoder.signed(last, GeminiSignatures.write(sealed));
        }
        ObjectNode candidate = GeminiResponseEncoder.candidate(Json.array().add(last))
                .put("finishReason", GeminiMappings.finish(finishReason, refused))
                .put("index", 0);
        JsonNode grounding = GeminiResponseEncoder.grounding(citations);
        if (grounding != null) {
            candidate.set("groundingMetadata", grounding);
        }
        out.data(GeminiResponseEncoder.envelope(candidate, usage, started.model(), started.id(), request));
    }

    /** Reasoning without a signature goes with the next call. */
    private void endThought() {
        if (!thought.isEmpty()) {
            sealed.add(new ContentPart.Reasoning(thought.toString(), null));
            thought.setLength(0);
        }
    }

    private void text(String text, List<JsonNode> logprobs, EventBytes out) {
        if (!logprobs.isEmpty()) {
            ArrayNode parts = Json.array();
            if (!text.isEmpty()) {
                parts.add(GeminiResponseEncoder.text(text));
            }
            ObjectNode candidate = GeminiResponseEncoder.candidate(parts).put("index", 0);
            candidate.set("logprobsResult", GeminiLogprobs.encode(logprobs));
            send(candidate, out);
        } else if (!text.isEmpty()) {
            text(text, false, out);
        }
    }

    private void text(String text, boolean isThought, EventBytes out) {
        if (afterText == null) {
            String id = started.id() == null ? "" : ",\"responseId\":" + JsonText.quote(started.id());
            String model = JsonText.quote(started.model() == null ? request.model() : started.model());
            afterText = ("}],\"role\":\"model\"},\"index\":0}],\"modelVersion\":" + model + id + "}\n\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
        out.raw(BEFORE_TEXT);
        out.quoted(text);
        if (isThought) {
            out.raw(AFTER_THOUGHT);
        }
        out.raw(afterText);
    }

    /** Writes calls that have ended, up to the first that has not. */
    private void writeCalls(boolean all, EventBytes out) {
        var rest = calls.values().iterator();
        while (rest.hasNext()) {
            Call call = rest.next();
            if (!call.ended && !all) {
                return;
            }
            ResponseEvent.ToolCallStarted start = call.start;
            String signature = GeminiSignatures.ofCall(start.id(), start.signature(), call.before, !called);
            called = true;
            part(GeminiResponseEncoder.call(start.id(), start.name(), call.arguments.toString(), signature), out);
            rest.remove();
        }
    }

    private void part(JsonNode part, EventBytes out) {
        send(GeminiResponseEncoder.candidate(Json.array().add(part)).put("index", 0), out);
    }

    private void send(ObjectNode candidate, EventBytes out) {
        out.data(GeminiResponseEncoder.envelope(candidate, Usage.UNKNOWN, started.model(), started.id(), request));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
