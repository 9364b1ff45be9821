package dev.sluice.protocol.perplexity;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.spi.AnswerDecoder;
import dev.sluice.protocol.spi.ProviderDialect;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;

/** Perplexity's Agent API. */
public final class PerplexityAgent implements ProviderDialect {

    static final String NAME = "perplexity-agent";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path(boolean stream) {
        return "agent";
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        return new AgentRequest(request, model, receipts).encode();
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        return AgentRefusal.of(status, body);
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        return AgentAnswer.decode(answer, model.quirks());
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        return new AgentStream(model.quirks());
    }
}
