package dev.sluice.protocol.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.FailureEvents;
import dev.sluice.protocol.spi.MessageMembers;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.ReasoningSeal;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.ToolRules;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.Map;

/**
 * Google's Gemini API, for clients and for providers: {@code models/…:generateContent}. The model name is part of the
 * path.
 */
public final class GeminiProtocol implements Protocol, ProviderProtocol {

    static final String NAME = "gemini";

    private static final MessageMembers MESSAGE_MEMBERS = new MessageMembers(
            "contents",
            Map.of(
                    "tool_call_id", "parts.functionResponse.id",
                    "tool_calls", "parts.functionCall",
                    "tool", "parts.functionResponse",
                    "image_url", "parts.inlineData",
                    "image", "parts.inlineData",
                    "file", "parts.inlineData",
                    "document", "parts.inlineData",
                    "input_audio", "parts.inlineData",
                    "audio", "parts.inlineData"));

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
    public MessageMembers messageMembers() {
        return MESSAGE_MEMBERS;
    }

    @Override
    public Surface surface() {
        return Surface.GENERATE;
    }

    @Override
    public String path(ClientRequest request) {
        return request.surface() == Surface.GENERATE
                ? path(request.stream())
                : request.surface().label();
    }

    @Override
    public ChatRequest decode(ClientRequest request) {
        return new GeminiRequestDecoder(request).decode();
    }

    @Override
    public ByteSlice encode(ChatResponse response, ChatRequest request) {
        return Json.bytes(GeminiResponseEncoder.encode(response, request));
    }

    @Override
    public StreamEncoder streamEncoder(ChatRequest request) {
        return new GeminiStreamEncoder(request);
    }

    @Override
    public FailureEvents failureEvents() {
        return GeminiErrors::event;
    }

    @Override
    public boolean mayHaveForeignReasoning(ClientRequest request, UpstreamModel target) {
        return ReasoningSeal.mayBeIn(request, "contents");
    }

    @Override
    public void removeForeignReasoning(ObjectNode body, UpstreamModel target, DroppedParameters dropped) {
        ForeignSignatures.remove(body, dropped);
    }

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        return new GeminiPassThroughReader();
    }

    @Override
    public Usage usage(ByteSlice response, Quirks quirks) {
        return inspect(200, response, quirks).usage();
    }

    /** A blocked prompt is a response here: the client's format has members for it. */
    @Override
    public Outcome inspect(int status, ByteSlice response, Quirks quirks) {
        if (status / 100 != 2) {
            return new Outcome(errorOf(status, response), Usage.UNKNOWN);
        }
        GeminiEventScanner scanner = new GeminiEventScanner();
        try {
            scanner.read(UpstreamErrors.withoutByteOrderMark(response));
        } catch (MalformedJson malformed) {
            return new Outcome(UpstreamErrors.malformed("a body that " + malformed.getMessage()), Usage.UNKNOWN);
        }
        return scanner.failed()
                ? new Outcome(UpstreamErrors.ofEvent(response), Usage.UNKNOWN)
                : new Outcome(null, scanner.usage());
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
