package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.error.Refusal;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.openai.ErrorInSuccess;
import dev.sluice.protocol.spi.AnswerDecoder;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.spi.Dialect;
import dev.sluice.protocol.spi.ProviderDialect;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;

/** Anthropic's Messages. */
public final class AnthropicMessages implements Dialect, ProviderDialect {

    static final String NAME = "anthropic-messages";

    private static final String VERSION = "anthropic-version";
    private static final String WITH_SAMPLING = "2023-06-01";
    /** Refuses what models without sampling refuse anyway. */
    private static final String WITHOUT_SAMPLING = "2026-10-21";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Surface surface() {
        return Surface.MESSAGES;
    }

    @Override
    public String path(boolean stream) {
        return surface().label();
    }

    @Override
    public List<String> headers(UpstreamModel model) {
        String version = model.facts().has(Trait.NO_SAMPLING) ? WITHOUT_SAMPLING : WITH_SAMPLING;
        return List.of(VERSION, model.apiVersion() == null ? version : model.apiVersion());
    }

    @Override
    public ChatRequest decode(ClientRequest request) {
        return new RequestDecoder(request).decode();
    }

    @Override
    public ByteSlice encode(ChatAnswer answer, ChatRequest request) {
        return Json.bytes(AnswerBody.write(answer, request));
    }

    @Override
    public AnswerWriter writer(ChatRequest request) {
        return new EventWriter(request);
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        return Json.bytes(new RequestWriter(request, model, receipts).write());
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        JsonNode tree;
        try {
            tree = Json.read(Refusal.withoutByteOrderMark(answer));
        } catch (MalformedJson malformed) {
            throw EventDecoder.nonsense("a body that " + malformed.getMessage());
        }
        return EventDecoder.whole(tree);
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        return new EventDecoder();
    }

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        return new MessagesReader();
    }

    @Override
    public Usage usage(ByteSlice answer, Quirks quirks) {
        MessagesEvent whole = new MessagesEvent();
        try {
            whole.read(Refusal.withoutByteOrderMark(answer));
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
        return whole.usage();
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        return status / 100 == 2 ? ErrorInSuccess.find(status, body) : Refusal.of(status, body);
    }

    @Override
    public ByteSlice errorBody(GatewayError error, String requestId) {
        return AnthropicErrors.body(error, requestId);
    }

    @Override
    public ByteSlice errorEvent(GatewayError error, String requestId) {
        return AnthropicErrors.event(error, requestId);
    }
}
