package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.binding.Secret;
import dev.sluice.config.Configs;
import dev.sluice.config.LoopbackAddress;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProviderCatalogTest {

    private static final ProviderCatalog CATALOG = ProviderCatalog.builtIn();

    /** What is asked of providers although it is no surface of its own. */
    private static final List<String> ASKED_ASIDE =
            List.of("count_tokens", "cohere_chat", "agent", "generate", "stream_generate", "key_check");

    static Stream<String> names() {
        return CATALOG.names().stream();
    }

    @Test
    void knowsTheTypesOfThisVersion() {
        assertThat(CATALOG.names())
                .containsExactly(
                        "openai",
                        "azure_openai",
                        "grok",
                        "openrouter",
                        "blackbox",
                        "groq",
                        "mistral",
                        "deepseek",
                        "anthropic",
                        "gemini",
                        "cohere",
                        "perplexity",
                        "ollama",
                        "vllm",
                        "openai_compatible",
                        "simulator");
        assertThat(CATALOG.type("bedrock")).isNull();
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachEntryIsWhole(String name) {
        ProviderType type = CATALOG.type(name);
        List<String> surfaces = Stream.concat(Arrays.stream(Surface.values()).map(Surface::label), ASKED_ASIDE.stream())
                .toList();

        assertThat(type.name()).isEqualTo(name);
        assertThat(type.protocols())
                .isNotEmpty()
                .allSatisfy(format -> assertThat(type.paths())
                        .containsKey(Protocols.named(format).path(false))
                        .containsKey(Protocols.named(format).path(true)));
        assertThat(type.auth().header()).isLowerCase();
        assertThat(surfaces)
                .containsAll(type.paths().keySet())
                .containsAll(type.datedPaths().keySet());
        assertThat(type.paths().values()).allMatch(path -> path.startsWith("/"));
        assertThat(type.paths())
                .allSatisfy((label, path) -> assertThat(path.contains("{id}"))
                        .as(label)
                        .isEqualTo(List.of("video", "video_content").contains(label)));
        assertThat(type.paths().keySet()).containsAll(type.surfaces().keySet());
        assertThat(type.datedPaths().values())
                .allMatch(path -> path.contains("{deployment}") && path.contains("{api_version}"));
        assertThat(type.forwardHeaders())
                .allMatch(header -> header.equals(header.toLowerCase(Locale.ROOT)))
                .doesNotContain("authorization", "cookie", "host");
        assertThat(type.keyRequired() && type.env().isEmpty())
                .as("a key that no variable gives")
                .isFalse();
        if (type.baseUrl() != null) {
            assertThat(URI.create(type.baseUrl()))
                    .hasNoQuery()
                    .satisfies(url -> assertThat(url.getPath()).doesNotEndWith("/"));
            assertThat(type.baseUrl().startsWith("http:"))
                    .isEqualTo(LoopbackAddress.is(URI.create(type.baseUrl()).getHost()));
        }
    }

    @Test
    void aBrokenCatalogDoesNotLoad() {
        assertThatThrownBy(() -> ProviderCatalog.parse("x: { pahts: {} }"))
                .hasMessageContaining("did you mean \"paths\"?");
        assertThatThrownBy(() -> ProviderCatalog.parse("x: { paths: { images: /i }, surfaces: { image: xai-images } }"))
                .hasMessage("x.surfaces.image: the surface has no path (expected one of: images)");
    }

    /** Else an OpenAI-compatible provider would need Java. */
    @Test
    void noProtocolDependsOnTheProviderType() throws IOException {
        Pattern question =
                Pattern.compile("(equals\\(|case |contains\\()\"(" + String.join("|", CATALOG.names()) + ")\"");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java/dev/sluice/protocol"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(source)).as(source.toString()).doesNotContainPattern(question);
            }
        }
    }

    @Test
    void variantsAreCatalogData() {
        assertThat(CATALOG.type("mistral").variant().maxTemperature()).isEqualTo(1.5);
        assertThat(CATALOG.type("mistral").variant().shortCallIds()).isTrue();
        assertThat(CATALOG.type("deepseek").variant().reasoningRequest())
                .isEqualTo(ChatVariant.ReasoningRequest.SWITCH);
        assertThat(CATALOG.type("azure_openai").variant())
                .usingRecursiveComparison()
                .ignoringFields("webSearch", "compactionTrigger")
                .isEqualTo(CATALOG.type("openai").variant());
        assertThat(CATALOG.names())
                .as("types whose description has the trigger")
                .filteredOn(name -> CATALOG.type(name).variant().compactionTrigger())
                .containsExactly("openai");
        assertThat(CATALOG.type("openai_compatible").variant())
                .as("types that serve any model")
                .isEqualTo(CATALOG.type("blackbox").variant())
                .satisfies(variant -> assertThat(variant.messageNames() && variant.imageUrls())
                        .isTrue());
    }

    @Test
    void joinsAStanzaWithItsType() {
        ProviderSettings mistral = settings(
                "{ type: mistral, models: [\"mistral-*\"], quirks: { drop: [n], rename: { user: user_id }, defaults: {"
                        + " a: 1 } } }");

        assertThat(mistral.host()).isEqualTo("api.mistral.ai");
        assertThat(mistral.port()).isEqualTo(443);
        assertThat(mistral.tls()).isTrue();
        assertThat(mistral.keys()).containsExactly(new ProviderConfig.ApiKey(new Secret("k"), 1));
        assertThat(mistral.pathFor(Surface.CHAT_COMPLETIONS, "mistral-large-4")).isEqualTo("/v1/chat/completions");
        assertThat(mistral.pathFor(Surface.COMPLETIONS, "mistral-large-4")).isNull();
        assertThat(mistral.quirks().streamUsage()).isEqualTo(Quirks.StreamUsage.ALWAYS);
        assertThat(mistral.quirks().defaults()).containsExactly(Map.entry("a", "1"));
        assertThat(mistral.quirks().rename())
                .containsExactly(
                        Map.entry("max_completion_tokens", "max_tokens"),
                        Map.entry("seed", "random_seed"),
                        Map.entry("dimensions", "output_dimension"),
                        Map.entry("user", "user_id"));
        assertThat(mistral.quirks().drop())
                .contains("logit_bias", "n")
                .as("renamed now")
                .doesNotContain("user");
    }

    @Test
    void configuredBaseUrlsWin() {
        ProviderSettings proxied = settings("{ type: openai, base_url: \"http://127.0.0.1:9/some/base/\" }");

        assertThat(proxied.baseUrl()).isEqualTo("http://127.0.0.1:9/some/base");
        assertThat(proxied.port()).isEqualTo(9);
        assertThat(proxied.tls()).isFalse();
        assertThat(proxied.pathFor(Surface.CHAT_COMPLETIONS, "m")).isEqualTo("/some/base/chat/completions");
        assertThat(settings("{ type: ollama, base_url: \"http://127.0.0.1\" }").pathFor(Surface.MODELS, "m"))
                .isEqualTo("/models");
    }

    @Test
    void azureWithAVersionHasTheDeploymentInThePathAsOneSegment() {
        ProviderSettings azure =
                settings("{ type: azure_openai, base_url: \"https://r.openai.azure.com/\", api_version: 2024-10-21,"
                        + " deployments: { gpt-4o: mine, odd: \"a/../b:c\", up: \"..\" } }");

        assertThat(azure.pathFor(Surface.CHAT_COMPLETIONS, "gpt-4o"))
                .isEqualTo("/openai/deployments/mine/chat/completions?api-version=2024-10-21");
        assertThat(azure.pathFor(Surface.COMPLETIONS, "unmapped"))
                .isEqualTo("/openai/deployments/unmapped/completions?api-version=2024-10-21");
        assertThat(azure.pathFor(Surface.CHAT_COMPLETIONS, "odd"))
                .startsWith("/openai/deployments/a%2F..%2Fb%3Ac/chat/completions?");
        assertThat(azure.pathFor(Surface.CHAT_COMPLETIONS, "up")).startsWith("/openai/deployments/%2E%2E/chat/");
        assertThat(azure.pathFor(Surface.MODELS, "gpt-4o")).isNull();
    }

    @Test
    void azureWithoutAVersionHasTheDeploymentAsModel() {
        ProviderSettings azure = settings(
                "{ type: azure_openai, base_url: \"https://r.openai.azure.com\", deployments: { gpt-4o: mine } }");

        assertThat(azure.pathFor(Surface.CHAT_COMPLETIONS, "gpt-4o")).isEqualTo("/openai/v1/chat/completions");
        assertThat(azure.upstreamModel("gpt-4o")).isEqualTo("mine");
        assertThat(azure.upstreamModel("other")).isEqualTo("other");
        assertThat(azure.type().auth()).isEqualTo(new ProviderType.Auth("api-key", ""));
    }

    @Test
    void geminiHasTheModelInThePath() {
        ProviderSettings gemini = settings("{ type: gemini, api_keys: [{ key: k }] }");

        assertThat(gemini.pathFor("generate", "gemini-3.8-flash"))
                .isEqualTo("/v1beta/models/gemini-3.8-flash:generateContent");
        assertThat(gemini.pathFor("stream_generate", "a/../b"))
                .isEqualTo("/v1beta/models/a%2F..%2Fb:streamGenerateContent?alt=sse");
        assertThat(gemini.type().auth()).isEqualTo(new ProviderType.Auth("x-goog-api-key", ""));
        assertThat(gemini.pathFor(Surface.CHAT_COMPLETIONS, "gemini-3.8-flash")).isNull();
    }

    @Test
    void theSimulatorHasPathsAndNoAddress() {
        ProviderSettings local = settings("{ type: simulator }");

        assertThat(local.baseUrl()).isNull();
        assertThat(local.pathFor(Surface.CHAT_COMPLETIONS, "echo")).isEqualTo("/chat/completions");
    }

    private static ProviderSettings settings(String stanza) {
        Map<String, String> env = Map.of("OPENAI_API_KEY", "k", "MISTRAL_API_KEY", "k", "AZURE_OPENAI_API_KEY", "k");
        SluiceConfig config =
                Configs.accepted("providers: { p: " + stanza + " }", env).config();
        return ProviderSettings.of("p", config.providers().get("p"));
    }
}
