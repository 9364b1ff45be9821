package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.Usage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogTest {

    private static final ModelCatalog BUILT_IN = ModelCatalog.builtIn();

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-sonnet-4-5",
        "anthropic, claude-sonnet-4-5-20250929",
        "openrouter, anthropic/claude-sonnet-4.5",
        "openrouter, anthropic/claude-sonnet-4.5:nitro",
        "bedrock, us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "blackbox, blackboxai/anthropic/claude-sonnet-4.5",
        "openai_compatible, claude-sonnet-4-5@20250929"
    })
    void knowsAModelByAnyOfItsNames(String type, String model) {
        ModelFacts facts = BUILT_IN.facts("p", type, model);

        assertThat(facts.has(Trait.REASONING)).isTrue();
        if (!model.endsWith("-x")) {
            assertThat(facts.contextTokens()).isEqualTo(200_000);
            assertThat(facts.has(Trait.THINKING_BUDGET)).isTrue();
            assertThat(facts.has(Trait.VISION)).isTrue();
            assertThat(facts.has(Trait.NO_PREFILL)).isFalse();
        }
    }

    @Test
    void claudeFamiliesDifferInWhatTheyRefuse() {
        assertThat(traits("claude-sonnet-4-6"))
                .contains(Trait.THINKING_BUDGET, Trait.THINKING_ADAPTIVE, Trait.NO_PREFILL)
                .doesNotContain(Trait.NO_SAMPLING);
        assertThat(traits("claude-opus-4-7")).contains(Trait.NO_SAMPLING).doesNotContain(Trait.SYSTEM_ANYWHERE);
        assertThat(traits("claude-opus-4-8")).contains(Trait.SYSTEM_ANYWHERE).doesNotContain(Trait.THINKING_BUDGET);
        assertThat(traits("claude-sonnet-5")).doesNotContain(Trait.SYSTEM_ANYWHERE, Trait.THINKING_ALWAYS);
        assertThat(traits("claude-opus-5-5"))
                .contains(Trait.THINKING_ALWAYS, Trait.NO_FORCED_TOOL, Trait.SYSTEM_ANYWHERE, Trait.NO_SAMPLING);
        assertThat(traits("claude-fable-5-1")).contains(Trait.THINKING_ALWAYS, Trait.NO_FORCED_TOOL);
        assertThat(traits("claude-sonnet-5-5"))
                .contains(Trait.THINKING_BETWEEN_TOOLS)
                .doesNotContain(Trait.NO_FORCED_TOOL);
        assertThat(traits("claude-haiku-5-5")).contains(Trait.THINKING_ADAPTIVE).doesNotContain(Trait.THINKING_ALWAYS);
        assertThat(traits("claude-3-5-haiku-20241022")).doesNotContain(Trait.REASONING, Trait.NO_PREFILL);
    }

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-6-luna, true",
        "openai, gpt-5.5-2026-04-01, true",
        "azure_openai, gpt-6-luna, true",
        "openrouter, openai/gpt-6-luna, false",
        "openai, gpt-5, false",
        "openai, gpt-4o, false"
    })
    void newerOpenaiModelsTakeToolsOnResponsesOnly(String type, String model, boolean needed) {
        assertThat(BUILT_IN.facts("p", type, model).has(Trait.TOOLS_NEED_RESPONSES))
                .isEqualTo(needed);
    }

    @Test
    void aChatModelAmongReasoningOnesDoesNotReason() {
        assertThat(BUILT_IN.facts("p", "openai", "gpt-5-chat-latest").has(Trait.REASONING))
                .isFalse();
        assertThat(BUILT_IN.facts("p", "openai", "gpt-5.1").has(Trait.REASONING))
                .isTrue();
        assertThat(BUILT_IN.facts("p", "openai", "o4-mini").has(Trait.NO_SAMPLING))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // prompt, completion, nano-USD
        "openai, gpt-4o-mini, 1000, 100, 210000",
        "openai, gpt-4o-2024-08-06, 1000, 100, 3500000",
        "azure_openai, gpt-4o, 1000, 100, 3500000",
        "anthropic, claude-haiku-5-5, 100000, 0, 10000000",
        "anthropic, claude-haiku-5-5, 100001, 0, 50000500",
        "openai, gpt-6-luna, 272001, 1000, 54400200 + 750000",
        "gemini, gemini-2.5-pro, 300000, 1, 750015000",
        "grok, grok-4.7, 200001, 1, 800016000",
        "groq, openai/gpt-oss-20b, 1000, 0, 75000",
        "ollama, gpt-oss-20b, 1000, 1000, 0",
        "ollama, anything, 1000, 1000, 0",
        "openrouter, openai/gpt-4o:free, 1000, 1000, 0",
        "cohere, command-r7b-12-2024, 1000, 1000, 187500"
    })
    void prices(String type, String model, long prompt, long completion, String nano) {
        long expected = 0;
        for (String summand : nano.split("\\+")) {
            expected += Long.parseLong(summand.strip());
        }

        assertThat(BUILT_IN.facts("p", type, model).prices().cost(new Usage(prompt, completion, 0, 0, true)))
                .hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "blackbox, blackboxai/openai/gpt-4o",
        "openai_compatible, gpt-4o",
        "openrouter, openai/gpt-4o:batch",
        "openrouter, openai/gpt-oss-120b",
        "cohere, command-a-plus-05-2026",
        "openai, no-such-model"
    })
    void anotherSellerMayAskAnotherPrice(String type, String model) {
        ModelFacts facts = BUILT_IN.facts("p", type, model);

        assertThat(facts.prices().known()).isFalse();
        assertThat(facts.prices().cost(new Usage(10, 10, 0, 0, true))).isEmpty();
    }

    @Test
    void anUnknownModelIsUnknown() {
        assertThat(BUILT_IN.facts("p", "openai", "no-such-model")).isEqualTo(ModelFacts.UNKNOWN);
    }

    @Test
    void everyFamilyIsSourcedDatedAndWhole() {
        Map<String, BuiltInModels.ModelFamily> families = BuiltInModels.families(Configs.resource("/models.yaml"));

        assertThat(families).hasSizeGreaterThan(20).allSatisfy((name, family) -> {
            assertThat(family.source()).isNotBlank();
            assertThat(family.types()).isNotEmpty();
            assertThat(family.models()).isNotEmpty();
            assertThat(ProviderCatalog.builtIn().names())
                    .containsAnyElementsOf(family.types().stream()
                            .map(type -> type.equals("anthropic") || type.equals("cohere") || type.equals("perplexity")
                                    ? "openai"
                                    : type)
                            .toList());
            assertThat(family.merged().values())
                    .allMatch(info -> (info.input() == null) == (info.output() == null)
                            || info.outputs().contains(Modality.EMBEDDING)
                            || info.image().output() != null);
        });
    }

    @Test
    void aBrokenTableDoesNotLoad() {
        assertThatThrownBy(() -> BuiltInModels.parse("x: { sorce: y }"))
                .hasMessageContaining("did you mean \"source\"?");
    }

    @Test
    void deploymentsAreTheModelsTheyStandFor() {
        ProviderConfig azure = Configs.accepted("""
            providers:
              az:
                type: azure_openai
                base_url: https://r.openai.azure.com
                deployments: { gpt-4o: mine, fast: gpt-4o-mini }
            """, Map.of("AZURE_OPENAI_API_KEY", "k"))
                .config()
                .providers()
                .get("az");
        ProviderSettings settings = ProviderSettings.of("az", azure);

        assertThat(settings.facts("gpt-4o").contextTokens()).isEqualTo(128_000);
        assertThat(settings.facts("mine")).isEqualTo(settings.facts("gpt-4o"));
        assertThat(settings.facts("fast")).isEqualTo(settings.facts("gpt-4o-mini"));
        assertThat(settings.facts("other")).isEqualTo(ModelFacts.UNKNOWN);
    }

    private static java.util.Set<Trait> traits(String claude) {
        return BUILT_IN.facts("p", "anthropic", claude).traits();
    }
}
