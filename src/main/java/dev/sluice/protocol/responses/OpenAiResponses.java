package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.sluice.protocol.openai.OpenAiErrors;
import dev.sluice.protocol.spi.AnswerDecoder;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.spi.Dialect;
import dev.sluice.protocol.spi.ProviderDialect;
import dev.sluice.protocol.spi.Receipts;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;

/** OpenAI's Responses (API reference read 2026-11): on both sides, and translated without keeping any state. */
public final class OpenAiResponses implements Dialect, ProviderDialect {

    static final String NAME = "openai-responses";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Surface surface() {
        return Surface.RESPONSES;
    }

    @Override
    public String path(boolean stream) {
        return surface().label();
    }

    // Bytes that pass

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        return new ResponsesReader();
    }

    @Override
    public Usage usage(ByteSlice answer, Quirks quirks) {
        try {
            return ResponseScan.of(Refusal.withoutByteOrderMark(answer)).usage();
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
    }

    @Override
    public GatewayError refusal(int status, ByteSlice body) {
        if (status / 100 != 2) {
            return Refusal.of(status, body);
        }
        GatewayError error = ErrorInSuccess.find(status, body);
        if (error != null) {
            return error;
        }
        ResponseScan response = ResponseScan.of(Refusal.withoutByteOrderMark(body));
        return ResponseScan.tellsFailure(response.status())
                ? Refusal.event(ResponseScan.words(response.status(), response.error()))
                : null;
    }

    // The client's side

    @Override
    public ChatRequest decode(ClientRequest request) {
        return RequestDecoder.decode(request);
    }

    @Override
    public ByteSlice encode(ChatAnswer answer, ChatRequest request) {
        return Json.bytes(ResponseBody.whole(answer, request));
    }

    @Override
    public AnswerWriter writer(ChatRequest request) {
        return new EventWriter(request);
    }

    @Override
    public ByteSlice errorBody(GatewayError error, String requestId) {
        return OpenAiErrors.body(error);
    }

    /** Flat, unlike everywhere else. Readers tell the end by it, so no number is needed to be in its place. */
    @Override
    public ByteSlice errorEvent(GatewayError error, String requestId) {
        ObjectNode event = Json.object()
                .put("type", "error")
                .put("code", error.code())
                .put("message", error.message())
                .put("param", error.param());
        return ByteSlice.of("event: error\ndata: " + Json.text(event) + "\n\n");
    }

    // The provider's side

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, Receipts receipts) {
        return new BodyEncoder(request, model, receipts).encode();
    }

    @Override
    public ChatAnswer decode(ByteSlice answer, UpstreamModel model) {
        return WholeDecoder.decode(Refusal.withoutByteOrderMark(answer));
    }

    @Override
    public AnswerDecoder decoder(UpstreamModel model) {
        return new EventDecoder();
    }
}
