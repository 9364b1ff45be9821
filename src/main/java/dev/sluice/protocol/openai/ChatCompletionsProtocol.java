package dev.sluice.protocol.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.ToolRules;
import dev.sluice.protocol.spi.UpstreamModel;

/**
 * OpenAI's Chat Completions, the reference format. Between a client and a provider with this format bytes are passed
 * through, except the spans that must change. Requests and responses to and from other formats are translated.
 *
 * <p>Reasoning reaches clients as {@code reasoning_content}, and as {@link ReasoningDetails} where a provider needs it
 * back. Both are read from assistant messages, as is OpenRouter's {@code reasoning}. {@link OpenAiResponseIdentity}
 * supplies the id of a response that has none.
 */
public final class ChatCompletionsProtocol extends OpenAiPassThrough implements ProviderProtocol {

    static final String NAME = "openai-chat";

    private static final ToolRules TOOLS = ToolRules.ofIds(40);

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
    public boolean mayHaveForeignReasoning(ClientRequest request, UpstreamModel target) {
        return ForeignChatReasoning.mayBeIn(request);
    }

    @Override
    public void removeForeignReasoning(ObjectNode body, UpstreamModel target, DroppedParameters dropped) {
        new ForeignChatReasoning(target, dropped).remove(body);
    }

    @Override
    public ChatRequest decode(ClientRequest request) {
        return OpenAiRequestDecoder.decode(request);
    }

    @Override
    public ChatRequest withFunctionsOnly(ChatRequest request) {
        return OpenAiCustomTools.asFunctions(request);
    }

    @Override
    public ByteSlice encode(ChatResponse response, ChatRequest request) {
        return OpenAiResponseEncoder.write(response, request);
    }

    @Override
    public StreamEncoder streamEncoder(ChatRequest request) {
        return new OpenAiStreamEncoder(request);
    }

    /** Source: API reference, read 2026-11. Many providers with this format accept longer names; none needs them. */
    @Override
    public ToolRules toolRules() {
        return TOOLS;
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        return new OpenAiRequestEncoder(request, model, dropped).write();
    }

    @Override
    public ChatResponse decode(ByteSlice response, UpstreamModel model) {
        return OpenAiResponseDecoder.decodeComplete(response, model.quirks().reasoningOutside());
    }

    @Override
    public StreamDecoder streamDecoder(UpstreamModel model) {
        return new OpenAiResponseDecoder(model.quirks().reasoningOutside());
    }
}
