package dev.sluice.protocol;

import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
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
import dev.sluice.protocol.request.GenerationConfig;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.responses.Compaction;
import dev.sluice.protocol.responses.ResponsesProtocol;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.FailureEvents;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.ReasoningSeal;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.spi.WebSearch;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The registry of wire formats. A new format is added here and nowhere else. */
public final class Protocols {

    /** How the result of a call begins that is a list. */
    private static final byte[][] LISTED_RESULTS = {
        "output\":[".getBytes(StandardCharsets.US_ASCII), "output\": [".getBytes(StandardCharsets.US_ASCII)
    };

    private static final byte[] TOOL_RESULT = "tool_result\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] IMAGE = "image\"".getBytes(StandardCharsets.US_ASCII);

    /** Formats of clients. */
    private static final List<ClientProtocol> CLIENT = List.of(
            new ChatCompletionsProtocol(),
            new CompletionsProtocol(),
            new ResponsesProtocol(),
            new AnthropicProtocol(),
            new GeminiProtocol());

    /** Surfaces other than conversations that are called by POST with one body. */
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

    /** Surfaces that belong to a provider or to an earlier result, not to a model. */
    private static final Set<Surface> NOT_PER_MODEL = EnumSet.of(
            Surface.MODELS, Surface.PASSTHROUGH, Surface.VIDEO, Surface.VIDEO_CONTENT, Surface.FILES, Surface.BATCHES);

    /** Formats of providers. */
    private static final List<ProviderProtocol> PROVIDER = List.of(
            new ChatCompletionsProtocol(),
            new ResponsesProtocol(),
            new AnthropicProtocol(),
            new CohereProtocol(),
            new PerplexityProtocol(),
            new GeminiProtocol());

    /** Formats of both clients and providers, whose bytes can be passed through. */
    private static final List<Protocol> SHARED = CLIENT.stream()
            .filter(Protocol.class::isInstance)
            .map(Protocol.class::cast)
            .toList();

    private static final String RESPONSES = "openai-responses";
    private static final String RESPONSES_PATH = Surface.RESPONSES.label();

    private Protocols() {}

    /** Surfaces that are called by POST with a body that Sluice reads: JSON, or a form with files. */
    public static List<Surface> surfaces() {
        return Stream.concat(CLIENT.stream().map(ClientProtocol::surface), MEDIA.stream())
                .toList();
    }

    /** Whether the surface accepts a form with files. */
    public static boolean acceptsForm(Surface surface) {
        return FORMS.contains(surface);
    }

    /** Whether the surface accepts nothing but a form. */
    public static boolean requiresForm(Surface surface) {
        return surface == Surface.TRANSCRIPTIONS || surface == Surface.TRANSLATIONS;
    }

    /** Whether the provider has a token counting endpoint for the surface. */
    public static boolean hasTokenCounting(ProviderSettings provider, Surface surface, String model) {
        return provider.type().protocols().contains(of(surface.counted()).name())
                && provider.pathFor(surface, model) != null;
    }

    /**
     * Reads the members of a client's JSON body that Sluice acts on.
     *
     * @throws dev.sluice.model.GatewayException with {@code INVALID_REQUEST} when the body is not what the surface
     *     requires
     */
    public static ClientRequest read(Surface surface, ByteSlice body) {
        return new RequestReader(surface, body).read();
    }

    /** As {@link #read(Surface, ByteSlice)} for a request whose path names the model. */
    public static ClientRequest read(PathModel named, ByteSlice body) {
        return new RequestReader(named.surface(), body, named).read();
    }

    /** The requirements of a request on its model; {@link ModelRequirements#NONE} when it is not a conversation. */
    public static ModelRequirements requirements(ClientRequest request) {
        return request.surface().isConversation() ? new RequestNeeds(request) : ModelRequirements.NONE;
    }

    /** The end of one stream that fails after it began. Images and audio have OpenAI's errors. */
    public static FailureEvents failureEvents(Surface surface) {
        ClientProtocol client = of(surface);
        return client == null ? OpenAiErrors.FAILURE_EVENTS : client.failureEvents();
    }

    /** The client format of a surface, or null when the surface is not a conversation. */
    public static ClientProtocol of(Surface surface) {
        for (ClientProtocol protocol : CLIENT) {
            if (protocol.surface() == surface) {
                return protocol;
            }
        }
        return null;
    }

    /**
     * The format of a catalog entry.
     *
     * @throws IllegalArgumentException when no format has that name
     */
    public static ProviderProtocol named(String name) {
        for (ProviderProtocol protocol : PROVIDER) {
            if (protocol.name().equals(name)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("protocol: \"" + name + "\" (expected one of: "
                + PROVIDER.stream().map(ProviderProtocol::name).collect(Collectors.joining(", ")) + ")");
    }

    /**
     * Whether a provider gets the bytes of most requests for a surface; others are read as a tree and written again.
     */
    public static boolean passesBytes(Surface surface, ProviderSettings provider, String model) {
        return provider.pathFor(surface.label(), model) != null
                && !(surface == Surface.CHAT_COMPLETIONS && provider.quirks().translate());
    }

    /**
     * Chooses the codec of a request to a provider. Bytes are passed through if the provider offers the client's format
     * and neither a quirk nor a compaction that it cannot do requires a translation; otherwise the request is
     * translated to the first of the provider's formats.
     *
     * @param identity for a translated response whose provider reports less
     * @return null when the provider offers no endpoint for the request
     * @throws dev.sluice.model.GatewayException as {@link ClientProtocol#decode}
     */
    public static ProviderCodec codecFor(
            ClientRequest request, ProviderSettings provider, String model, TranslatingCodec.Identity identity) {
        if (request.relay() != null) {
            boolean offered =
                    request.surface() == Surface.PASSTHROUGH || provider.pathFor(request.surface(), model) != null;
            boolean own =
                    provider.type().surfaces().containsKey(request.surface().label());
            return offered && !own ? new RelayCodec(request, provider, model, SHARED) : null;
        }
        Surface counted = request.surface().counted();
        if (counted != null) {
            return hasTokenCounting(provider, request.surface(), model)
                    ? new PassThroughCodec((Protocol) of(counted), request, UpstreamModel.of(provider, model))
                    : null;
        }
        ClientProtocol client = of(request.surface());
        if (client == null) {
            return MediaCodecs.codecFor(request, provider, model);
        }
        UpstreamModel target = UpstreamModel.of(provider, model);
        boolean listedResults = hasResultsBeyondText(request, target);
        boolean onResponses = !listedResults
                && prefersResponses(request, target)
                && provider.type().protocols().contains(RESPONSES)
                && provider.pathFor(RESPONSES_PATH, model) != null;
        boolean summarizes = client.surface() == Surface.RESPONSES
                && !target.variant().compactionTrigger()
                && Compaction.isRequested(request);
        boolean translate = client.surface() == Surface.CHAT_COMPLETIONS && onResponses || listedResults || summarizes;
        if (!translate && passesBytes(request.surface(), provider, model)) {
            return new PassThroughCodec((Protocol) client, request, target);
        }
        ProviderProtocol format = null;
        for (String name : provider.type().protocols()) {
            ProviderProtocol offered = named(name);
            if (provider.pathFor(offered.path(request.stream()), model) != null
                    && (format == null || (onResponses || summarizes && !listedResults) && name.equals(RESPONSES))) {
                format = offered;
            }
        }
        return format == null ? null : new TranslatingCodec(client, format, request, target, identity);
    }

    /** The codec of a request whose response may have the provider's id in any case. */
    public static ProviderCodec codecFor(ClientRequest request, ProviderSettings provider, String model, long now) {
        return codecFor(request, provider, model, new TranslatingCodec.Identity(now, null));
    }

    /**
     * Surfaces on which a model of this provider is available, by the rules of {@link #codecFor}, except the list of
     * models.
     */
    public static Set<Surface> availableSurfaces(ProviderSettings provider, String model) {
        boolean hasConversation = provider.type().protocols().stream()
                .anyMatch(name -> provider.pathFor(named(name).path(false), model) != null);
        Set<Surface> offered = EnumSet.noneOf(Surface.class);
        for (Surface surface : Surface.values()) {
            boolean translated = hasConversation && of(surface) != null;
            if (translated || provider.pathFor(surface, model) != null) {
                offered.add(surface);
            }
        }
        offered.removeAll(NOT_PER_MODEL);
        return offered;
    }

    /**
     * Whether a provider that offers the Responses API should get the request there. Some models accept function tools
     * only there, unless reasoning is switched off, and most search the web only there.
     */
    static boolean prefersResponses(ClientRequest request, UpstreamModel target) {
        // OpenAI returns reasoning only on the Responses API, and accepts its encrypted reasoning back only there.
        if (request.surface() == Surface.MESSAGES
                && target.facts().has(Trait.REASONING)
                && request.member("thinking") != null) {
            return true;
        }
        if (request.surface() == Surface.GENERATE
                && target.facts().has(Trait.REASONING)
                && GenerationConfig.member(request, "thinkingConfig") != null) {
            return true;
        }
        if (WebSearch.needsResponses(target) && WebSearch.mayBeIn(request)) {
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

    /** Whether a request has results of calls, such as pictures, that this provider takes in Chat Completions only. */
    private static boolean hasResultsBeyondText(ClientRequest request, UpstreamModel target) {
        if (!target.variant().textResults()) {
            return false;
        }
        return request.surface() == Surface.RESPONSES
                ? ReasoningSeal.anyStringBegins(request, "input", LISTED_RESULTS)
                : request.surface() == Surface.MESSAGES
                        && ReasoningSeal.anyStringBegins(request, "messages", TOOL_RESULT)
                        && ReasoningSeal.anyStringBegins(request, "messages", IMAGE);
    }

    /** The JSON text of a top-level value; empty when the client did not send it. */
    private static String text(ClientRequest request, String name) {
        ClientRequest.Member member = request.member(name);
        return member == null
                ? ""
                : new ByteSlice(request.body().array(), member.valueStart(), member.valueEnd() - member.valueStart())
                        .toText();
    }
}
