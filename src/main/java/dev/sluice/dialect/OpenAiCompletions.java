package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;

/** OpenAI's legacy Completions: one prompt in, one text out. Only clients speak it; it is translated from, never to. */
final class OpenAiCompletions extends OpenAiPassing {

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
