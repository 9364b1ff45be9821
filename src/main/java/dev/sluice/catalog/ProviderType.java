package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.List;
import java.util.Map;

/**
 * A provider type of the built-in catalog ({@code catalog.yaml}): endpoints, formats and peculiarities, as data.
 *
 * @param name the value of {@code type} in the configuration
 * @param baseUrl the public endpoint, or null when the user must configure one
 * @param protocols the wire formats it offers for conversations, the best one to translate to first
 * @param auth header and scheme of the API key
 * @param keyRequired false for servers that are commonly run without a key (ollama, vllm)
 * @param env usual names of the environment variable that holds the key, first match wins
 * @param paths surface label to path below the base URL; {@code {deployment}} and {@code {api_version}} are filled in
 * @param datedPaths as {@code paths}, used instead when the provider has an {@code api_version}
 * @param listsModels whether its model list contains the names that requests use; Azure's does not, since requests name
 *     deployments
 * @param surfaces surface label to wire format, where that is not OpenAI's own
 * @param surfaceDrops surface label to the parameters of OpenAI's format that the provider does not have there
 * @param forwardHeaders client headers, lower case, passed on to this provider
 * @param quirks departures from the reference format in top-level parameters and usage
 * @param variant departures inside a conversation, for OpenAI's formats
 * @param pricing where the prices of its models come from
 * @param simulated whether it is the built-in simulator, which has no network
 */
public record ProviderType(
        @Key("Name.") String name,
        @Key("Public endpoint.") String baseUrl,
        @Key("Wire formats.") List<String> protocols,
        @Key("Key header.") Auth auth,

        @Key(value = "Whether a key is needed.", or = "true")
        boolean keyRequired,

        @Key("Environment variables.") List<String> env,
        @Key("Paths by surface.") Map<String, String> paths,
        @Key("Paths by surface for a dated API version.") Map<String, String> datedPaths,

        @Key(value = "Whether its model list contains the names that requests use.", or = "true")
        boolean listsModels,

        @Key("Wire formats by surface.") Map<String, String> surfaces,

        @Key("Parameters to drop by surface; x-sluice-dropped names them.")
        Map<String, List<String>> surfaceDrops,

        @Key("Client headers passed on.") List<String> forwardHeaders,
        @Key("Quirks.") Quirks quirks,

        @Key("Differences from OpenAI's formats inside a conversation.")
        ChatVariant variant,

        @Key("Prices of its models.") Pricing pricing,

        @Key(value = "The built-in simulator.", or = "false")
        boolean simulated) {

    public ProviderType {
        protocols = protocols.isEmpty() ? List.of("openai-chat") : protocols;
    }

    /** The header of the API key: {@code header: scheme key}, or {@code header: key} when the scheme is empty. */
    public record Auth(
            @Key(value = "Header.", or = "authorization") String header,
            @Key(value = "Scheme.", or = "Bearer") String scheme) {}

    /** Where the prices of a provider's models come from. */
    public record Pricing(
            @Key(value = "Its models cost nothing, because they run on the operator's own machine.", or = "false")
            boolean free,

            @Key(
                    value = "The part of a model's name after the colon changes its price: free costs nothing, and the"
                            + " price of batch is not known.",
                    or = "false")
            boolean variants,

            @Key("Its names in LiteLLM's price map.") List<String> litellm,

            @Key("Its names in the price map of models.dev.")
            List<String> modelsDev) {}

    ProviderType named(String name) {
        return new ProviderType(
                name,
                baseUrl,
                protocols,
                auth,
                keyRequired,
                env,
                paths,
                datedPaths,
                listsModels,
                surfaces,
                surfaceDrops,
                forwardHeaders,
                quirks,
                variant,
                pricing,
                simulated);
    }

    /** Whether requests name an API version, which {@code api_version} sets. */
    public boolean versioned() {
        return protocols.contains("anthropic-messages");
    }

    /** Whether its models continue an assistant message at the end of a request. */
    public boolean prefills() {
        return protocols.contains("anthropic-messages");
    }
}
