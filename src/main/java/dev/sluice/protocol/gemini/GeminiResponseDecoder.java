package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/** A whole answer, which is a streamed one that came in one event. */
final class GeminiResponseDecoder {

    private GeminiResponseDecoder() {}

    /** What a body with status 2xx says instead of an answer, or null. */
    static GatewayError refusal(ByteSlice body) {
        try {
            JsonNode answer = Json.read(UpstreamErrors.withoutByteOrderMark(body));
            // An array where events were asked for without alt=sse, or of an error.
            for (JsonNode each : answer.isArray() ? answer : Json.array().add(answer)) {
                GatewayError error = GeminiStreamDecoder.refusal(each);
                if (error != null) {
                    return error;
                }
            }
            return answer.isContainerNode() ? null : GeminiErrors.malformedAnswer("a body that is not a JSON object");
        } catch (MalformedJson malformed) {
            return GeminiErrors.malformedAnswer("a body that " + malformed.getMessage());
        }
    }

    static ChatResponse decode(ByteSlice body) {
        GeminiStreamDecoder reader = new GeminiStreamDecoder();
        ResponseAssembler assembler = new ResponseAssembler();
        try {
            reader.event(Json.read(UpstreamErrors.withoutByteOrderMark(body)), assembler::add);
        } catch (MalformedJson malformed) {
            throw GeminiErrors.malformed("a body that " + malformed.getMessage());
        }
        if (!reader.endedWithoutMarker(assembler::add)) {
            throw GeminiErrors.malformed("an answer without \"finishReason\"");
        }
        return assembler.response();
    }
}
