package dev.sluice.protocol;

import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.Surface;
import dev.sluice.protocol.anthropic.AnthropicProtocol;
import dev.sluice.protocol.codec.PassThroughCodec;
import dev.sluice.protocol.codec.TranslatingCodec;
import dev.sluice.protocol.cohere.CohereProtocol;
import dev.sluice.protocol.gemini.GeminiProtocol;
import dev.sluice.protocol.media.MediaCodecs;
import dev.sluice.protocol.openai.ChatCompletionsProtocol;
import dev.sluice.protocol.openai.CompletionsProtocol;
import dev.sluice.protocol.openai.OpenAiErrors;
import dev.sluice.protocol.perplexity.PerplexityProtocol;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.responses.ResponsesProtocol;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The wire formats Sluice speaks. A new one is added here and nowhere else. */
public final class Protocols {

    /** Clients speak these. */
    private static final List<ClientProtocol> CLIENT = List.of(
            new ChatCompletionsProtocol(), new CompletionsProtocol(), new ResponsesProtocol(), new AnthropicProtocol());

    /** What is no conversation and is asked for by POST of one body. */
    private static final List<Surface> MEDIA = List.of(
            Surface.EMBEDDINGS,
            Surface.RERANK,
            Surface.MODERATIONS,
            Surface.IMAGES,
            Surface.IMAGE_EDITS,
            Surface.SPEECH,
            Surface.TRANSCRIPTIONS,
            Surface.TRANSLATIONS,
            Surface.VIDEOS);

    private static final Set<Surface> FORMS =
            EnumSet.of(Surface.IMAGE_EDITS, Surface.TRANSCRIPTIONS, Surface.TRANSLATIONS, Surface.VIDEOS);

    /** What is offered of a provider, or of what was made before, rather than of a model. */
    private static final Set<Surface> OF_NO_MODEL = EnumSet.of(
            Surface.MODELS, Surface.PASSTHROUGH, Surface.VIDEO, Surface.VIDEO_CONTENT, Surface.FILES, Surface.BATCHES);

    /** Providers speak these. */
    private static final List<ProviderProtocol> PROVIDER = List.of(
            new ChatCompletionsProtocol(),
            new ResponsesProtocol(),
            new AnthropicProtocol(),
            new CohereProtocol(),
            new PerplexityProtocol(),
            new GeminiProtocol());

    /** Those whose bytes can pass. */
    private static final List<Protocol> PASSING = CLIENT.stream()
            .filter(Protocol.class::isInstance)
            .map(Protocol.class::cast)
            .toList();

    private static final String RESPONSES = "openai-responses";
    private static final String RESPONSES_PATH = Surface.RESPONSES.label();

    private Protocols() {}

    /** What can be asked for by POST of a body that is read: JSON, or a form with files. */
    public static List<Surface> surfaces() {
        return Stream.concat(CLIENT.stream().map(ClientProtocol::surface), MEDIA.stream())
                .toList();
    }

    /** What takes a form with files. */
    public static boolean takesForm(Surface surface) {
        return FORMS.contains(surface);
    }

    /** What takes a form only. */
    public static boolean takesOnlyForm(Surface surface) {
        return surface == Surface.TRANSCRIPTIONS || surface == Surface.TRANSLATIONS;
    }

    /** Whether a provider counts the tokens of such a request itself. */
    public static boolean countsItself(ProviderSettings provider, Surface surface, String model) {
        return provider.type().dialects().contains(of(surface.counted()).name())
                && provider.pathFor(surface, model) != null;
    }

    /** Reads a JSON body; as {@link ClientProtocol#read}. */
    public static ClientRequest read(Surface surface, ByteSlice body) {
        return new RequestReader(surface, body).read();
    }

    /** What a request needs of a model. Nothing is known of what is no conversation. */
    public static ModelRequirements needs(ClientRequest request) {
        boolean read = request.relay() == null && of(request.surface()) != null;
        return read ? new RequestNeeds(request) : ModelRequirements.NONE;
    }

    /** The event that ends a stream which failed after it began. */
    public static ByteSlice errorEvent(Surface surface, GatewayError error, String requestId) {
        ClientProtocol client = of(surface);
        return client == null ? OpenAiErrors.event(error) : client.errorEvent(error, requestId);
    }

    /** What clients speak on a surface, or null when it is not a conversation. */
    public static ClientProtocol of(Surface surface) {
        for (ClientProtocol protocol : CLIENT) {
            if (protocol.surface() == surface) {
                return protocol;
            }
        }
        return null;
    }

    /**
     * The format of a catalogue entry.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public static ProviderProtocol named(String name) {
        for (ProviderProtocol protocol : PROVIDER) {
            if (protocol.name().equals(name)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("dialect: \"" + name + "\" (expected one of: "
                + PROVIDER.stream().map(ProviderProtocol::name).collect(Collectors.joining(", ")) + ")");
    }

    /**
     * How a request gets to a provider: as it is where the provider offers the client's own format and keeps to it,
     * else in the first of the provider's formats.
     *
     * @param now seconds since 1970: when an answer was made whose provider does not say
     * @return null when the provider offers nothing that could answer
     * @throws dev.sluice.model.GatewayException as {@link ClientProtocol#decode}
     */
    public static ProviderCodec codecFor(ClientRequest request, ProviderSettings provider, String model, long now) {
        if (request.relay() != null) {
            boolean offered =
                    request.surface() == Surface.PASSTHROUGH || provider.pathFor(request.surface(), model) != null;
            boolean own =
                    provider.type().surfaces().containsKey(request.surface().label());
            return offered && !own ? new RelayCodec(request, provider.name(), PASSING) : null;
        }
        Surface counted = request.surface().counted();
        if (counted != null) {
            return countsItself(provider, request.surface(), model)
                    ? new PassThroughCodec((Protocol) of(counted), request, UpstreamModel.of(provider, model))
                    : null;
        }
        ClientProtocol client = of(request.surface());
        if (client == null) {
            return MediaCodecs.codecFor(request, provider, model);
        }
        UpstreamModel target = UpstreamModel.of(provider, model);
        boolean onResponses = wantsResponses(request, target)
                && provider.type().dialects().contains(RESPONSES)
                && provider.pathFor(RESPONSES_PATH, model) != null;
        boolean same = provider.pathFor(request.surface().label(), model) != null;
        boolean anew = client.surface() == Surface.CHAT_COMPLETIONS
                && (onResponses || target.quirks().translate());
        if (same && !anew) {
            return new PassThroughCodec((Protocol) client, request, target);
        }
        ProviderProtocol format = null;
        for (String name : provider.type().dialects()) {
            ProviderProtocol offered = named(name);
            if (provider.pathFor(offered.path(request.stream()), model) != null
                    && (format == null || onResponses && name.equals(RESPONSES))) {
                format = offered;
            }
        }
        return format == null ? null : new TranslatingCodec(client, format, request, target, now);
    }

    /** Where a model of this provider could be asked for, as {@link #codecFor} would find a way; models apart. */
    public static Set<Surface> offered(ProviderSettings provider, String model) {
        boolean converses = provider.type().dialects().stream()
                .anyMatch(name -> provider.pathFor(named(name).path(false), model) != null);
        Set<Surface> offered = EnumSet.noneOf(Surface.class);
        for (Surface surface : Surface.values()) {
            boolean translated = converses && of(surface) != null;
            if (translated || provider.pathFor(surface, model) != null) {
                offered.add(surface);
            }
        }
        offered.removeAll(OF_NO_MODEL);
        return offered;
    }

    /**
     * Whether the Responses API, where a provider offers it, serves the request better: some models take function tools
     * there only, unless the client wants no reasoning at all.
     */
    static boolean wantsResponses(ClientRequest request, UpstreamModel target) {
        // OpenAI shows thoughts on Responses alone, and only there takes its proofs of them back.
        if (request.surface() == Surface.MESSAGES
                && target.facts().has(Trait.REASONING)
                && request.member("thinking") != null) {
            return true;
        }
        if (!target.facts().has(Trait.TOOLS_NEED_RESPONSES)) {
            return false;
        }
        String tools = text(request, "tools");
        return tools.startsWith("[")
                && !tools.substring(1).strip().equals("]")
                && !text(request, "reasoning_effort").equals("\"none\"");
    }

    /** A top-level value as it is written; empty when the client did not send it. */
    private static String text(ClientRequest request, String name) {
        ClientRequest.Member member = request.member(name);
        return member == null
                ? ""
                : new ByteSlice(request.body().array(), member.valueStart(), member.valueEnd() - member.valueStart())
                        .toText();
    }
}
