package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;

/** Decodes a complete response, which has the parts of a stream without deltas. */
final class AnthropicResponseDecoder {

    private AnthropicResponseDecoder() {}

    static ChatResponse decode(ByteSlice body) {
        ResponseAssembler assembler = new ResponseAssembler();
        try {
            new AnthropicStreamDecoder()
                    .decodeComplete(Json.read(UpstreamErrors.withoutByteOrderMark(body)), assembler::add);
        } catch (MalformedJson malformed) {
            throw AnthropicStreamDecoder.malformed("a body that " + malformed.getMessage());
        }
        return assembler.response();
    }
}
