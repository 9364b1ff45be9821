package dev.sluice.protocol.codec;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.model.chat.Tool;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import java.util.List;

/**
 * The codec for a client and a provider with different formats: requests and responses are decoded to
 * {@code model.chat} and encoded again.
 */
public final class TranslatingCodec implements ProviderCodec {

    private final ClientProtocol client;
    private final ProviderProtocol provider;
    private final UpstreamModel target;
    private final ChatRequest request;
    private final CallIds ids;
    private final ToolNames names;
    private final Identity identity;

    /**
     * What a response gets that its provider does not identify well enough.
     *
     * @param created seconds since 1970, for a response without a creation time
     * @param id replaces an id that may repeat, where the client's format refers to ids; null for none
     */
    public record Identity(long created, String id) {

        /** Ids of fewer characters may repeat: Ollama's have three digits, and other servers count. */
        private static final int UNIQUE_LENGTH = 20;

        private String of(String providerId) {
            return id == null || providerId != null && providerId.length() >= UNIQUE_LENGTH ? providerId : id;
        }
    }

    /** @throws dev.sluice.model.GatewayException as {@link ClientProtocol#decode} */
    public TranslatingCodec(
            ClientProtocol client,
            ProviderProtocol provider,
            ClientRequest request,
            UpstreamModel target,
            Identity identity) {
        this.client = client;
        this.provider = provider;
        this.target = target;
        this.identity = client.hasReferredIds() ? identity : new Identity(identity.created(), null);
        ChatRequest decoded = client.decode(request);
        this.ids = new CallIds(provider.name().equals(client.name()) ? decoded : client.withFunctionsOnly(decoded));
        this.request = ids.request();
        this.names = ToolNames.of(this.request, provider.toolRules());
    }

    @Override
    public String path() {
        return provider.path(request.stream());
    }

    @Override
    public List<String> headers() {
        return provider.headers(target);
    }

    @Override
    public UpstreamBody body() {
        DroppedParameters dropped = new DroppedParameters();
        if (!provider.toolRules().customTools() && anyCustomTool()) {
            dropped.renamed("tools.custom", "tools.function");
        }
        if (names != null) {
            names.report(dropped);
        }
        try {
            ByteSlice body = provider.encode(names == null ? request : names.accepted(), target, dropped);
            return new UpstreamBody(List.of(body), dropped.list(), dropped.listLost());
        } catch (GatewayException refused) {
            throw new GatewayException(inTheClientsNames(refused.error()));
        }
    }

    private GatewayError inTheClientsNames(GatewayError error) {
        String param = error.param();
        String own = client.messageMembers().path(param);
        return own == null || own.equals(param)
                ? error
                : error.withParam(own).withMessage(error.message().replace("'" + param + "'", "'" + own + "'"));
    }

    @Override
    public GatewayError errorOf(int status, ByteSlice body) {
        return provider.errorOf(status, body);
    }

    @Override
    public CompleteResponse completeResponse(ByteSlice body) {
        ChatResponse response = provider.decode(body, target).withCreated(identity.created());
        ChatResponse decoded = ids.distinctIn(response.withId(identity.of(response.id())));
        ChatResponse restored = names == null ? decoded : names.restoreIn(decoded);
        return new CompleteResponse(client.encode(restored, request), decoded.usage());
    }

    @Override
    public StreamReader reader() {
        return new TranslatingReader(
                provider.streamDecoder(target), new Completed(client.streamEncoder(request), identity, ids, names));
    }

    private boolean anyCustomTool() {
        for (Tool tool : request.tools()) {
            if (tool instanceof Tool.Function function
                    && function.declaration() != null
                    && function.declaration().custom()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds the creation time and the id where the provider reported none, and gives calls the client's names of tools
     * and ids that the conversation does not have.
     *
     * @param names null when the provider got the client's names
     */
    private record Completed(StreamEncoder writer, Identity identity, CallIds ids, ToolNames names)
            implements StreamEncoder {

        @Override
        public void write(ResponseEvent event, EventBytes out) {
            ResponseEvent completed = event;
            if (event instanceof ResponseEvent.Started started) {
                completed = new ResponseEvent.Started(
                        identity.of(started.id()),
                        started.model(),
                        started.created() == 0 ? identity.created() : started.created());
            } else if (event instanceof ResponseEvent.ToolCallStarted call) {
                completed = new ResponseEvent.ToolCallStarted(
                        call.call(),
                        ids.next(call.id()),
                        names == null ? call.name() : names.original(call.name()),
                        call.signature());
            }
            writer.write(completed, out);
        }

        @Override
        public void end(Usage usage, EventBytes out) {
            writer.end(usage, out);
        }
    }
}
