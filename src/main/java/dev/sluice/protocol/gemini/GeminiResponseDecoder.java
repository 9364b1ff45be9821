package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/** Decodes a complete response, which has the shape of a stream with one event. */
final class GeminiResponseDecoder {

    private GeminiResponseDecoder() {}

    /** The error in a body with status 2xx, or null. */
    static GatewayError errorOf(ByteSlice body) {
        try {
            JsonNode response = Json.read(UpstreamErrors.withoutByteOrderMark(body));
            // An array: a stream without alt=sse, or an error.
            for (JsonNode each : response.isArray() ? response : Json.array().add(response)) {
                GatewayError error = GeminiStreamDecoder.errorOf(each);
                if (error != null) {
                    return error;
                }
            }
            return response.isContainerNode() ? null : UpstreamErrors.malformed("a body that is not a JSON object");
        } catch (MalformedJson malformed) {
            return UpstreamErrors.malformed("a body that " + malformed.getMessage());
        }
    }

    static ChatResponse decode(ByteSlice body) {
        GeminiStreamDecoder decoder = new GeminiStreamDecoder();
        ResponseAssembler assembler = new ResponseAssembler();
        decoder.decode(UpstreamErrors.read(body), assembler::add);
        if (!decoder.endedWithoutMarker(assembler::add)) {
            throw UpstreamErrors.malformedResponse("a response without \"finishReason\"");
        }
        return assembler.response();
    }
}
