package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.spi.StreamEncoder;

/**
 * OpenAI's legacy Completions: one prompt in, one text out. It is a format of clients only; no request is translated to
 * it.
 */
public final class CompletionsProtocol extends OpenAiPassThrough {

    @Override
    public String name() {
        return "openai-completions";
    }

    @Override
    public Surface surface() {
        return Surface.COMPLETIONS;
    }

    @Override
    public ChatRequest decode(ClientRequest request) {
        return CompletionsRequestDecoder.decode(request);
    }

    @Override
    public ByteSlice encode(ChatResponse response, ChatRequest request) {
        return CompletionsEncoder.encodeComplete(response, request);
    }

    @Override
    public StreamEncoder streamEncoder(ChatRequest request) {
        return new CompletionsEncoder(request);
    }
}
