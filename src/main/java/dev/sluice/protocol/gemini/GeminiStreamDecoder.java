package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamDecoder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads an answer, event by event. Gemini has no terminal marker: the answer is complete when the transport ends after
 * a {@code finishReason}.
 */
final class GeminiStreamDecoder implements StreamDecoder {

    private final GeminiCitations sources = new GeminiCitations();
    private boolean began;
    private boolean said;
    private boolean finished;
    private int calls;
    private String id;
    private Usage usage = Usage.UNKNOWN;

    /** The error in an event, or the block that came instead of an answer; null when it is an answer. */
    static GatewayError refusal(JsonNode event) {
        if (event.hasNonNull("error")) {
            return UpstreamErrors.event(Json.bytes(event));
        }
        String blocked = Json.textAt(event.path("promptFeedback"), "blockReason");
        return blocked != null && event.path("candidates").isEmpty() ? GeminiErrors.blocked(blocked) : null;
    }

    @Override
    public void event(JsonNode data, Consumer<ResponseEvent> out) {
        if (data.isArray()) {
            data.forEach(each -> one(each, out));
        } else {
            one(data, out);
        }
    }

    @Override
    public boolean endedWithoutMarker(Consumer<ResponseEvent> out) {
        return finished;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public boolean complete() {
        return false;
    }

    private void one(JsonNode event, Consumer<ResponseEvent> out) {
        GatewayError refusal = refusal(event);
        if (refusal != null) {
            throw new GatewayException(refusal);
        }
        JsonNode candidate = event.path("candidates").path(0);
        if (!began && (candidate.isObject() || event.has("usageMetadata"))) {
            began = true;
            id = Json.textAt(event, "responseId");
            out.accept(new ResponseEvent.Started(id, Json.textAt(event, "modelVersion"), 0));
        }
        if (candidate.isObject() && !finished) {
            candidate(candidate, out);
        }
        Usage seen = GeminiMappings.usage(event.get("usageMetadata"));
        if (seen.known() && !seen.equals(usage)) {
            usage = seen;
            out.accept(new ResponseEvent.UsageReported(seen));
        }
        String reason = Json.textAt(candidate, "finishReason");
        if (reason != null && !finished && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
            FinishReason finishReason = GeminiMappings.finish(reason, calls > 0, said);
            if (finishReason == null) {
                String why = Json.textAt(candidate, "finishMessage");
                throw GeminiErrors.malformed("the model stopped with " + reason + (why == null ? "" : ": " + why));
            }
            finished = true;
            out.accept(new ResponseEvent.Finished(finishReason, null));
        }
    }

    private void candidate(JsonNode candidate, Consumer<ResponseEvent> out) {
        List<JsonNode> logprobs = GeminiMappings.logprobs(candidate.path("logprobsResult"));
        JsonNode parts = candidate.path("content").path("parts");
        for (JsonNode part : parts.isArray() ? parts : Json.array()) {
            if (part.isObject()) {
                logprobs = part(part, candidate, logprobs, out);
            }
        }
        if (said && !logprobs.isEmpty()) {
            // Streamed, they may all come at the end, beside no text.
            out.accept(new ResponseEvent.TextDelta("", logprobs));
        }
        sources.cite(candidate, out);
    }

    /** @return the probabilities that no text has taken yet */
    private List<JsonNode> part(
            JsonNode part, JsonNode candidate, List<JsonNode> logprobs, Consumer<ResponseEvent> out) {
        String signature = Json.textAt(part, "thoughtSignature");
        if (part.path("functionCall").isObject()) {
            call(part.get("functionCall"), signature, out);
            return logprobs;
        }
        String text = Json.textAt(part, "text");
        if (text == null) {
            if (GeminiMappings.isNative(part)) {
                said = true;
                out.accept(new ResponseEvent.NativePart(new ContentPart.Native(GeminiProtocol.NAME, part)));
            }
            return logprobs;
        }
        List<JsonNode> left = logprobs;
        boolean thought = part.path("thought").asBoolean(false);
        if (!text.isEmpty() && thought) {
            out.accept(new ResponseEvent.ReasoningDelta(text));
        } else if (!text.isEmpty()) {
            said = true;
            sources.said(text);
            out.accept(new ResponseEvent.TextDelta(text, logprobs));
            left = List.of();
        }
        if (signature != null) {
            // Of a thought it closes the thought; of a text it stands behind it as a thought without words, from where
            // the writer of requests puts it back on the text.
            if (!thought) {
                sources.cite(candidate, out);
                out.accept(new ResponseEvent.PartEnded());
            }
            out.accept(new ResponseEvent.ReasoningSigned(
                    new ContentPart.OpaqueReasoning(GeminiProtocol.NAME, null, signature, null)));
            sources.partEnded();
        }
        return left;
    }

    private void call(JsonNode call, String signature, Consumer<ResponseEvent> out) {
        String name = Json.textAt(call, "name");
        if (name == null || name.isEmpty()) {
            throw GeminiErrors.malformed("a \"functionCall\" without a name");
        }
        ResponseLimits.calls(calls);
        int place = calls++;
        String given = Json.textAt(call, "id");
        sources.partEnded();
        out.accept(new ResponseEvent.ToolCallStarted(
                place, given == null || given.isEmpty() ? GeminiMappings.callId(id, place) : given, name, signature));
        JsonNode args = call.path("args");
        out.accept(new ResponseEvent.ToolCallDelta(place, args.isObject() ? Json.text(args) : "{}"));
        out.accept(new ResponseEvent.ToolCallEnded(place));
    }
}
