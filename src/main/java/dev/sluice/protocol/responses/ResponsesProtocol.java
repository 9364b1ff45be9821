package dev.sluice.protocol.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import dev.sluice.protocol.openai.ErrorInSuccess;
import dev.sluice.protocol.request.UpstreamBody;
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
 * OpenAI's Responses API, for clients and for providers. Translation is stateless. Source: API reference, read 2026-11.
 */
public final class ResponsesProtocol implements Protocol, ProviderProtocol {

    static final String NAME = "openai-responses";

    private static final MessageMembers MESSAGE_MEMBERS = new MessageMembers(
            "input",
            Map.of(
                    "tool_call_id", "call_id",
                    "tool_calls", "function_call",
                    "tool", "function_call_output",
                    "image_url", "content.input_image",
                    "image", "content.input_image",
                    "file", "content.input_file",
                    "document", "content.input_file"));

    private static final ToolRules TOOLS = new ToolRules(64, "", false, 64, true);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public MessageMembers messageMembers() {
        return MESSAGE_MEMBERS;
    }

    @Override
    public Surface surface() {
        return Surface.RESPONSES;
    }

    @Override
    public String path(boolean stream) {
        return surface().label();
    }

    // Pass-through

    @Override
    public UpstreamBody forward(ClientRequest request, UpstreamModel target) {
        return Protocol.super.forward(RememberedReasoning.forTarget(request, target), target);
    }

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        return new ResponsesPassThroughReader();
    }

    @Override
    public Usage usage(ByteSlice body, Quirks quirks) {
        try {
            return ResponsesBodyScanner.of(UpstreamErrors.withoutByteOrderMark(body))
                    .usage();
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        if (status / 100 != 2) {
            return UpstreamErrors.of(status, body);
        }
        GatewayError error = ErrorInSuccess.find(status, body);
        if (error != null) {
            return error;
        }
        ResponsesBodyScanner response = ResponsesBodyScanner.of(UpstreamErrors.withoutByteOrderMark(body));
        return ResponsesBodyScanner.isFailure(response.status())
                ? UpstreamErrors.ofEvent(ResponsesBodyScanner.errorBody(response.status(), response.error()))
                : null;
    }

    // Client side

    @Override
    public ChatRequest decode(ClientRequest request) {
        return ResponsesRequestDecoder.decode(request);
    }

    @Override
    public boolean mayHaveForeignReasoning(ClientRequest request, UpstreamModel target) {
        return ReasoningSeal.mayBeIn(request, "input");
    }

    @Override
    public void removeForeignReasoning(ObjectNode body, UpstreamModel target, DroppedParameters dropped) {
        boolean removed = body.get("input") instanceof ArrayNode input
                && Json.removeIf(
                        input,
                        item -> "reasoning".equals(Json.textAt(item, "type"))
                                && Json.textAt(item, "encrypted_content") != null
                                && ReasoningSeal.isForeign(Json.textAt(item, "encrypted_content")));
        if (removed) {
            dropped.dropped("input.reasoning");
        }
    }

    @Override
    public boolean hasReferredIds() {
        return true;
    }

    @Override
    public ByteSlice encode(ChatResponse response, ChatRequest request) {
        return Json.bytes(ResponsesResponseEncoder.encode(response, request));
    }

    @Override
    public StreamEncoder streamEncoder(ChatRequest request) {
        return new ResponsesStreamEncoder(request);
    }

    @Override
    public FailureEvents failureEvents() {
        return new ResponsesFailureEvents();
    }

    // Provider side

    @Override
    public ToolRules toolRules() {
        return TOOLS;
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        return new ResponsesRequestEncoder(request, model, dropped).encode();
    }

    @Override
    public ChatResponse decode(ByteSlice body, UpstreamModel model) {
        return ResponsesResponseDecoder.decode(UpstreamErrors.withoutByteOrderMark(body));
    }

    @Override
    public StreamDecoder streamDecoder(UpstreamModel model) {
        return new ResponsesStreamDecoder();
    }
}
