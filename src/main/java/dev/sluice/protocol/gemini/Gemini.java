package dev.sluice.protocol.gemini;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.error.Refusal;
import dev.sluice.protocol.spi.AnswerDecoder;
import dev.sluice.protocol.spi.ProviderDialect;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.UpstreamModel;

/** Google's Gemini API: {@code models/…:generateContent}. The model stands in the path alone. */
public final class Gemini implements ProviderDialect {

    static final String NAME = "gemini";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path(boolean stream) {
        return stream ? "stream_generate" : "generate";
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        return new RequestWriter(request, model, receipts).write();
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        return status / 100 == 2 ? WholeAnswer.refusal(body) : Refusal.of(status, body);
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        return WholeAnswer.read(answer);
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        return new AnswerReader();
    }
}
