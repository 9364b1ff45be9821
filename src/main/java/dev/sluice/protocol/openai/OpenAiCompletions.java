package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.spi.AnswerWriter;

/** OpenAI's legacy Completions: one prompt in, one text out. Only clients speak it; it is translated from, never to. */
public final class OpenAiCompletions extends OpenAiPassing {

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
        return CompletionRequest.decode(request);
    }

    @Override
    public ByteSlice encode(ChatAnswer answer, ChatRequest request) {
        return CompletionChunks.whole(answer, request);
    }

    @Override
    public AnswerWriter writer(ChatRequest request) {
        return new CompletionChunks(request);
    }
}
