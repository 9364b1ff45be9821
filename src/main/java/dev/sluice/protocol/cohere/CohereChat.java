package dev.sluice.protocol.cohere;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.spi.AnswerDecoder;
import dev.sluice.protocol.spi.ProviderDialect;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;

/** Cohere's Chat v2. */
public final class CohereChat implements ProviderDialect {

    static final String NAME = "cohere-v2";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path(boolean stream) {
        return "cohere_chat";
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        return new CohereRequest(request, model, receipts).encode();
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        return CohereRefusal.of(status, body);
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        return CohereAnswer.decode(answer);
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        return new CohereStream();
    }
}
