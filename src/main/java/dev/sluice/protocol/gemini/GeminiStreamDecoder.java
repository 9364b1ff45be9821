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
 * Decodes a response event by event. Gemini has no terminal marker: the response is complete when the transport ends
 * after a {@code finishReason}.
 */
final class GeminiStreamDecoder implements StreamDecoder {

    private final GeminiCitations citations = new GeminiCitations();
    private boolean started;
    private boolean hasContent;
    private boolean finished;
    private int calls;
    private String id;
    private Usage usage = Usage.UNKNOWN;
    private JsonNode queries = Json.array();

    /** The error in an event, or the reason why the prompt was blocked; null for a response. */
    static GatewayError errorOf(JsonNode event) {
        if (event.hasNonNull("error")) {
            return UpstreamErrors.ofEvent(Json.bytes(event));
        }
        String blocked = Json.textAt(event.path("promptFeedback"), "blockReason");
        return blocked != null && event.path("candidates").isEmpty() ? GeminiErrors.blocked(blocked) : null;
    }

    @Override
    public void decode(JsonNode data, Consumer<ResponseEvent> out) {
        if (data.isArray()) {
            data.forEach(each -> singleEvent(each, out));
        } else {
            singleEvent(data, out);
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

    private void singleEvent(JsonNode event, Consumer<ResponseEvent> out) {
        GatewayError error = errorOf(event);
        if (error != null) {
            throw new GatewayException(error);
        }
        JsonNode candidate = event.path("candidates").path(0);
        if (!started && (candidate.isObject() || event.has("usageMetadata"))) {
            started = true;
            id = Json.textAt(event, "responseId");
            out.accept(new ResponseEvent.Started(id, Json.textAt(event, "modelVersion"), 0));
        }
        if (candidate.isObject() && !finished) {
            candidate(candidate, out);
        }
        JsonNode searched = candidate.path("groundingMetadata").path("webSearchQueries");
        queries = searched.size() > queries.size() ? searched : queries;
        Usage reported = GeminiMappings.withSearches(GeminiMappings.usage(event.get("usageMetadata")), queries.size());
        if (reported.known() && !reported.equals(usage)) {
            usage = reported;
            out.accept(new ResponseEvent.UsageReported(reported));
        }
        String reason = Json.textAt(candidate, "finishReason");
        if (reason != null && !finished && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
            FinishReason finishReason = GeminiMappings.finish(reason, calls > 0, hasContent);
            if (finishReason == null) {
                String why = Json.textAt(candidate, "finishMessage");
                throw UpstreamErrors.malformedResponse(
                        "the model stopped with " + reason + (why == null ? "" : ": " + why));
            }
            finished = true;
            if (!queries.isEmpty() && finishReason == FinishReason.STOP) {
                out.accept(new ResponseEvent.NativePart(GeminiMappings.searches(queries)));
            }
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
        if (hasContent && !logprobs.isEmpty()) {
            // In a stream they may all come at the end, without text.
            out.accept(new ResponseEvent.TextDelta("", logprobs));
        }
        citations.cite(candidate, out);
    }

    /** @return the logprobs that are not yet attached to a text */
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
                hasContent = true;
                out.accept(new ResponseEvent.NativePart(new ContentPart.Native(GeminiProtocol.NAME, part)));
            }
            return logprobs;
        }
        List<JsonNode> unused = logprobs;
        boolean isThought = part.path("thought").asBoolean(false);
        if (!text.isEmpty() && isThought) {
            out.accept(new ResponseEvent.ReasoningDelta(text));
        } else if (!text.isEmpty()) {
            hasContent = true;
            citations.append(text);
            out.accept(new ResponseEvent.TextDelta(text, logprobs));
            unused = List.of();
        }
        if (signature != null) {
            // On a thought it closes the reasoning. On a text it becomes empty reasoning after the text, from which the
            // request encoder restores it.
            if (!isThought) {
                citations.cite(candidate, out);
                out.accept(new ResponseEvent.PartEnded());
            }
            out.accept(new ResponseEvent.ReasoningSigned(
                    new ContentPart.OpaqueReasoning(GeminiProtocol.NAME, null, signature, null)));
            citations.partEnded();
        }
        return unused;
    }

    private void call(JsonNode call, String signature, Consumer<ResponseEvent> out) {
        String name = Json.textAt(call, "name");
        if (name == null || name.isEmpty()) {
            throw UpstreamErrors.malformedResponse("a \"functionCall\" without a name");
        }
        ResponseLimits.checkCalls(calls);
        int index = calls++;
        String sentId = Json.textAt(call, "id");
        citations.partEnded();
        out.accept(new ResponseEvent.ToolCallStarted(
                index,
                sentId == null || sentId.isEmpty() ? GeminiMappings.callId(id, index) : sentId,
                name,
                signature));
        JsonNode args = call.path("args");
        out.accept(new ResponseEvent.ToolCallDelta(index, args.isObject() ? Json.text(args) : "{}"));
        out.accept(new ResponseEvent.ToolCallEnded(index));
    }
}
