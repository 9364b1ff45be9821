package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.ToolRules;
import dev.sluice.protocol.spi.UpstreamModel;

/** Google's Gemini API: {@code models/…:generateContent}. The model name is part of the path. */
public final class GeminiProtocol implements ProviderProtocol {

    static final String NAME = "gemini";

    private static final ToolRules TOOLS = new ToolRules(64, ".:", true, Integer.MAX_VALUE, false);

    /** The usage in a {@code usageMetadata} object. */
    public static Usage usage(JsonNode metadata) {
        return GeminiMappings.usage(metadata);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path(boolean stream) {
        return stream ? "stream_generate" : "generate";
    }

    @Override
    public ToolRules toolRules() {
        return TOOLS;
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        return new GeminiRequestEncoder(request, model, dropped).encode();
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return status / 100 == 2 ? GeminiResponseDecoder.errorOf(body) : UpstreamErrors.of(status, body);
    }

    @Override
    public ChatResponse decode(ByteSlice response, UpstreamModel model) {
        return GeminiResponseDecoder.decode(response);
    }

    @Override
    public StreamDecoder streamDecoder(UpstreamModel model) {
        return new GeminiStreamDecoder();
    }
}
