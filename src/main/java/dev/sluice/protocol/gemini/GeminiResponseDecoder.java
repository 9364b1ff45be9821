package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/** Decodes a whole response, which has the shape of a stream with one event. */
final class GeminiResponseDecoder {

    private GeminiResponseDecoder() {}

    /** The error in a body with status 2xx, or null. */
    static GatewayError refusal(ByteSlice body) {
        try {
            JsonNode answer = Json.read(UpstreamErrors.withoutByteOrderMark(body));
            // An array: a stream without alt=sse, or an error.
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
        GeminiStreamDecoder decoder = new GeminiStreamDecoder();
        ResponseAssembler assembler = new ResponseAssembler();
        try {
            decoder.event(Json.read(UpstreamErrors.withoutByteOrderMark(body)), assembler::add);
        } catch (MalformedJson malformed) {
            throw GeminiErrors.malformed("a body that " + malformed.getMessage());
        }
        if (!decoder.endedWithoutMarker(assembler::add)) {
            throw GeminiErrors.malformed("an answer without \"finishReason\"");
        }
        return assembler.response();
    }
}
