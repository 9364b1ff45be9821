package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
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
        throw new GatewayException(
                GatewayError.of(GatewayError.Kind.UNSUPPORTED, "this version does not translate " + name()));
    }

    @Override
    public ByteSlice encode(ChatAnswer answer, ChatRequest request) {
        throw new GatewayException(
                GatewayError.of(GatewayError.Kind.UNSUPPORTED, "this version does not translate " + name()));
    }

    @Override
    public AnswerWriter writer(ChatRequest request) {
        throw new GatewayException(
                GatewayError.of(GatewayError.Kind.UNSUPPORTED, "this version does not translate " + name()));
    }
}
