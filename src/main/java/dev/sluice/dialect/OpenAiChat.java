package dev.sluice.dialect;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;

/**
 * OpenAI's Chat Completions, the reference format: what a client of it sends goes to a provider of it as sent, but for
 * the spans that must change.
 */
final class OpenAiChat extends OpenAiPassing implements ProviderDialect {

    @Override
    public String name() {
        return "openai-chat";
    }

    @Override
    public Surface surface() {
        return Surface.CHAT_COMPLETIONS;
    }

    @Override
    public String path(boolean stream) {
        return surface().label();
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

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        throw new GatewayException(
                GatewayError.of(GatewayError.Kind.UNSUPPORTED, "this version does not translate " + name()));
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        throw new GatewayException(
                GatewayError.of(GatewayError.Kind.UNSUPPORTED, "this version does not translate " + name()));
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        throw new GatewayException(
                GatewayError.of(GatewayError.Kind.UNSUPPORTED, "this version does not translate " + name()));
    }
}
