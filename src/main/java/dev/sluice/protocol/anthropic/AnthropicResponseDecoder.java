package dev.sluice.protocol.anthropic;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.protocol.error.UpstreamErrors;

/** Decodes a complete response, which has the parts of a stream without deltas. */
final class AnthropicResponseDecoder {

    private AnthropicResponseDecoder() {}

    static ChatResponse decode(ByteSlice body) {
        ResponseAssembler assembler = new ResponseAssembler();
        new AnthropicStreamDecoder().decodeComplete(UpstreamErrors.read(body), assembler::add);
        return assembler.response();
    }
}
