package dev.sluice.protocol.perplexity;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.ToolRules;
import dev.sluice.protocol.spi.UpstreamModel;

/** Perplexity's Agent API. */
public final class PerplexityProtocol implements ProviderProtocol {

    static final String NAME = "perplexity-agent";

    private static final ToolRules TOOLS = ToolRules.ofIds(64);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path(boolean stream) {
        return "agent";
    }

    @Override
    public ToolRules toolRules() {
        return TOOLS;
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        return new PerplexityRequestEncoder(request, model, dropped).encode();
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return PerplexityErrors.of(status, body);
    }

    @Override
    public ChatResponse decode(ByteSlice response, UpstreamModel model) {
        return PerplexityResponseDecoder.decode(response, model.quirks());
    }

    @Override
    public StreamDecoder streamDecoder(UpstreamModel model) {
        return new PerplexityStreamDecoder(model.quirks());
    }
}
