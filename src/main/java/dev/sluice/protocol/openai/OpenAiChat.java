package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.spi.AnswerDecoder;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.spi.ProviderDialect;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;

/**
 * OpenAI's Chat Completions, the reference format: what a client of it sends goes to a provider of it as sent, but for
 * the spans that must change. Between it and another format both sides are read and written whole.
 *
 * <p>Thoughts reach clients as {@code reasoning_content}, and as {@link ReasoningDetails} where a provider wants them
 * back; both are read from assistant messages, and from OpenRouter's {@code reasoning}. What an answer is called when
 * the provider gave it no name: {@link OpenAiIdentity}.
 */
public final class OpenAiChat extends OpenAiPassing implements ProviderDialect {

    static final String NAME = "openai-chat";

    @Override
    public String name() {
        return NAME;
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
        return OpenAiRequest.decode(request);
    }

    @Override
    public ByteSlice encode(ChatAnswer answer, ChatRequest request) {
        return ChatCompletion.write(answer, request);
    }

    @Override
    public AnswerWriter writer(ChatRequest request) {
        return new ChatChunks(request);
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        return new OpenAiBody(request, model, receipts).write();
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        return OpenAiAnswers.whole(answer, model.quirks().reasoningOutside());
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        return new OpenAiAnswers(model.quirks().reasoningOutside());
    }
}
