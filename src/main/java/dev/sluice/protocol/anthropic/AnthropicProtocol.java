package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts.Trait;
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
import java.util.List;
import java.util.Map;

/** Anthropic's Messages API, for clients and for providers. */
public final class AnthropicProtocol implements Protocol, ProviderProtocol {

    static final String NAME = "anthropic-messages";

    private static final MessageMembers MESSAGE_MEMBERS = new MessageMembers(
            "messages",
            Map.of(
                    "tool_call_id", "content.tool_use_id",
                    "tool_calls", "content.tool_use",
                    "tool", "content.tool_result",
                    "image_url", "content.image",
                    "image", "content.image",
                    "file", "content.document",
                    "document", "content.document"));

    private static final ToolRules TOOLS = new ToolRules(128, "", false, Integer.MAX_VALUE, false);

    private static final String VERSION = "anthropic-version";
    private static final String WITH_SAMPLING = "2023-06-01";
    /** This version rejects sampling parameters; it is sent to models that reject them anyway. */
    private static final String WITHOUT_SAMPLING = "2026-10-21";

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
        return new AnthropicRequestDecoder(request).decode();
    }

    @Override
    public boolean mayHaveForeignReasoning(ClientRequest request, UpstreamModel target) {
        return ReasoningSeal.mayBeIn(request, "messages") || ForeignThinking.mayBeMissing(request);
    }

    @Override
    public void removeForeignReasoning(ObjectNode body, UpstreamModel target, DroppedParameters dropped) {
        ForeignSearches.remove(body, dropped);
        ForeignThinking.remove(body, dropped);
    }

    @Override
    public ByteSlice encode(ChatResponse response, ChatRequest request) {
        return Json.bytes(AnthropicResponseEncoder.encode(response, request));
    }

    @Override
    public StreamEncoder streamEncoder(ChatRequest request) {
        return new AnthropicStreamEncoder(request);
    }

    @Override
    public ToolRules toolRules() {
        return TOOLS;
    }

    @Override
    public ByteSlice encode(ChatRequest request, UpstreamModel model, DroppedParameters dropped) {
        return Json.bytes(new AnthropicRequestEncoder(request, model, dropped).encode());
    }

    @Override
    public ChatResponse decode(ByteSlice response, UpstreamModel model) {
        return AnthropicResponseDecoder.decode(response);
    }

    @Override
    public StreamDecoder streamDecoder(UpstreamModel model) {
        return new AnthropicStreamDecoder();
    }

    @Override
    public StreamReader reader(ClientRequest request, Quirks quirks) {
        return new AnthropicPassThroughReader(null);
    }

    @Override
    public StreamReader reader(ClientRequest request, UpstreamModel target) {
        return new AnthropicPassThroughReader(requestedModel(request, target));
    }

    @Override
    public ByteSlice respond(ByteSlice response, ClientRequest request, UpstreamModel target) {
        ByteSlice requested = requestedModel(request, target);
        AnthropicEventScanner scanner = requested == null ? null : scan(response);
        if (scanner == null || !scanner.hasModel()) {
            return response;
        }
        return response.replaced(scanner.modelStart(), scanner.modelEnd(), requested);
    }

    /**
     * The requested model as JSON, where Sluice has sent another name; else null. Claude Code compares the two, and
     * drops its thinking blocks from the conversation when they differ; Anthropic then refuses it.
     */
    private static ByteSlice requestedModel(ClientRequest request, UpstreamModel target) {
        boolean same = request.model().isEmpty() || request.model().equals(target.model());
        return same ? null : ByteSlice.of('"' + request.model() + '"');
    }

    @Override
    public Usage usage(ByteSlice response, Quirks quirks) {
        AnthropicEventScanner scanner = scan(response);
        return scanner == null ? Usage.UNKNOWN : scanner.usage();
    }

    /** Null for what is not JSON. */
    private static AnthropicEventScanner scan(ByteSlice response) {
        AnthropicEventScanner scanner = new AnthropicEventScanner();
        try {
            scanner.read(UpstreamErrors.withoutByteOrderMark(response));
        } catch (MalformedJson malformed) {
            return null;
        }
        return scanner;
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return status / 100 == 2 ? ErrorInSuccess.find(status, body) : UpstreamErrors.of(status, body);
    }

    @Override
    public FailureEvents failureEvents() {
        return AnthropicErrors::event;
    }
}
