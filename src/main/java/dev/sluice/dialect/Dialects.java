package dev.sluice.dialect;

import dev.sluice.config.ModelFacts.Trait;
import dev.sluice.config.ProviderSettings;
import dev.sluice.dialect.anthropic.AnthropicMessages;
import dev.sluice.dialect.gemini.Gemini;
import dev.sluice.dialect.media.MediaCrossings;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import java.util.List;
import java.util.stream.Collectors;

/** The wire formats Sluice speaks. A new one is added here and nowhere else. */
public final class Dialects {

    /** Clients speak these. */
    private static final List<ClientDialect> CLIENT =
            List.of(new OpenAiChat(), new OpenAiCompletions(), new AnthropicMessages());

    /** Providers speak these. */
    private static final List<ProviderDialect> PROVIDER =
            List.of(new OpenAiChat(), new AnthropicMessages(), new Gemini());

    /** Those whose bytes can pass. */
    private static final List<Dialect> PASSING = CLIENT.stream()
            .filter(Dialect.class::isInstance)
            .map(Dialect.class::cast)
            .toList();

    private static final String RESPONSES = "openai-responses";
    private static final String RESPONSES_PATH = Surface.RESPONSES.label();

    private Dialects() {}

    /** What can be asked for in a JSON body, by POST. */
    public static List<Surface> surfaces() {
        return CLIENT.stream().map(ClientDialect::surface).toList();
    }

    /** What clients speak on a surface, or null when it is not a conversation. */
    public static ClientDialect of(Surface surface) {
        for (ClientDialect dialect : CLIENT) {
            if (dialect.surface() == surface) {
                return dialect;
            }
        }
        return null;
    }

    /**
     * The format of a catalogue entry.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public static ProviderDialect named(String name) {
        for (ProviderDialect dialect : PROVIDER) {
            if (dialect.name().equals(name)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("dialect: \"" + name + "\" (expected one of: "
                + PROVIDER.stream().map(ProviderDialect::name).collect(Collectors.joining(", ")) + ")");
    }

    /**
     * How a request gets to a provider: as it is where the provider offers the client's own format, else in the first
     * of the provider's formats.
     *
     * @return null when the provider offers nothing that could answer
     * @throws dev.sluice.model.GatewayException as {@link ClientDialect#decode}
     */
    public static Crossing crossing(ClientRequest request, ProviderSettings provider, String model) {
        if (request.relay() != null) {
            boolean offered =
                    request.surface() == Surface.PASSTHROUGH || provider.pathFor(request.surface(), model) != null;
            return offered ? new RelayCrossing(request, PASSING) : null;
        }
        ClientDialect client = of(request.surface());
        if (client == null) {
            return MediaCrossings.crossing(request, provider, model);
        }
        UpstreamModel target = UpstreamModel.of(provider, model);
        boolean onResponses = wantsResponses(request, target)
                && provider.type().dialects().contains(RESPONSES)
                && provider.pathFor(RESPONSES_PATH, model) != null;
        boolean same = provider.pathFor(request.surface().label(), model) != null;
        if (same && !(onResponses && client.surface() == Surface.CHAT_COMPLETIONS)) {
            return new PassThrough((Dialect) client, request, target);
        }
        ProviderDialect format = null;
        for (String name : provider.type().dialects()) {
            ProviderDialect offered = named(name);
            if (provider.pathFor(offered.path(request.stream()), model) != null
                    && (format == null || onResponses && name.equals(RESPONSES))) {
                format = offered;
            }
        }
        return format == null ? null : new Translation(client, format, request, target);
    }

    /** Some models take function tools together with reasoning on the Responses API only. */
    private static boolean wantsResponses(ClientRequest request, UpstreamModel target) {
        return target.facts().has(Trait.TOOLS_NEED_RESPONSES) && request.member("tools") != null;
    }
}
