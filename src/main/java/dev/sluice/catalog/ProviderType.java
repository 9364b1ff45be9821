package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.List;
import java.util.Map;

/**
 * An entry of the built-in catalogue ({@code catalog.yaml}): what an OpenAI-compatible provider needs, as data.
 *
 * @param name the {@code type} users write
 * @param baseUrl the public endpoint, or null when the user must say where it is
 * @param dialects the wire formats it offers for conversations, the best one to translate to first
 * @param auth header and scheme of the API key
 * @param keyRequired false for servers that are commonly run without a key (ollama, vllm)
 * @param env usual names of the environment variable that holds the key, first match wins
 * @param paths surface label to path below the base URL; {@code {deployment}} and {@code {api_version}} are filled in
 * @param datedPaths as {@code paths}, used instead when the provider has an {@code api_version}
 * @param listsModels whether its list of models is one of what can be asked for; Azure's is not, it takes deployments
 * @param surfaces surface label to the wire format spoken there, where that is not OpenAI's own
 * @param forwardHeaders client headers, lower case, passed on to this provider
 * @param quirks departures from the reference format in top-level parameters and usage
 * @param variant departures inside a conversation, for formats of OpenAI
 */
public record ProviderType(
        @Key("Name.") String name,
        @Key("Public endpoint.") String baseUrl,
        @Key("Wire formats.") List<String> dialects,
        @Key("Key header.") Auth auth,

        @Key(value = "Whether a key is needed.", or = "true")
        boolean keyRequired,

        @Key("Environment variables.") List<String> env,
        @Key("Paths by surface.") Map<String, String> paths,
        @Key("Paths by surface for a dated API version.") Map<String, String> datedPaths,

        @Key(value = "Whether its list of models is one of what can be asked for.", or = "true")
        boolean listsModels,

        @Key("Wire formats by surface.") Map<String, String> surfaces,
        @Key("Client headers passed on.") List<String> forwardHeaders,
        @Key("Quirks.") Quirks quirks,

        @Key("Differences from OpenAI's formats inside a conversation.")
        ChatVariant variant) {

    public ProviderType {
        dialects = dialects.isEmpty() ? List.of("openai-chat") : dialects;
    }

    /** Where the key goes: {@code header: scheme key}, or {@code header: key} when the scheme is empty. */
    public record Auth(
            @Key(value = "Header.", or = "authorization") String header,
            @Key(value = "Scheme.", or = "Bearer") String scheme) {}

    ProviderType named(String name) {
        return new ProviderType(
                name,
                baseUrl,
                dialects,
                auth,
                keyRequired,
                env,
                paths,
                datedPaths,
                listsModels,
                surfaces,
                forwardHeaders,
                quirks,
                variant);
    }

    /** Whether requests name the version of the API that they mean, which {@code api_version} then decides. */
    public boolean versioned() {
        return dialects.contains("anthropic-messages");
    }

    /** Whether its models continue an assistant message at the end of a request. */
    public boolean prefills() {
        return dialects.contains("anthropic-messages");
    }

    public boolean simulated() {
        return name.equals("simulator");
    }
}
