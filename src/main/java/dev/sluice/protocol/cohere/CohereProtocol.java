package dev.sluice.protocol.cohere;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.ToolRules;
import dev.sluice.protocol.spi.UpstreamModel;

/** Cohere's Chat API, version 2. */
public final class CohereProtocol implements ProviderProtocol {

    static final String NAME = "cohere-v2";

    private static final ToolRules TOOLS = ToolRules.ofIds(Integer.MAX_VALUE);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path(boolean stream) {
        return "cohere_chat";
    }

    @Override
    public ToolRules toolRules() {
        return TOOLS;
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        return new CohereRequestEncoder(request, model, dropped).encode();
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return CohereErrors.of(status, body);
    }

    @Override
    public ChatResponse decode(ByteSlice response, UpstreamModel model) {
        return CohereResponseDecoder.decode(response);
    }

    @Override
    public StreamDecoder streamDecoder(UpstreamModel model) {
        return new CohereStreamDecoder();
    }
}
