package dev.sluice.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.Secret;
import dev.sluice.config.ConfigSamples;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a provider is enabled, and what happens to routes that name a disabled one. */
class EnabledProvidersTest {

    private static final String LOCAL = "\n  local: { type: simulator }\n";

    @Test
    void autoIsOnWhenTheUsualVariableIsSet() {
        LoadedConfig.Ok ok = Configs.accepted("providers: { openai: { type: openai } }", Map.of("OPENAI_API_KEY", "k"));

        assertThat(ok.config().providers().get("openai").apiKeys())
                .containsExactly(new ProviderConfig.ApiKey(new Secret("k"), 1));
        assertThat(ok.off()).isEmpty();
    }

    @Test
    void theFirstUsualVariableThatIsSetWins() {
        LoadedConfig.Ok ok = Configs.accepted(
                "providers: { g: { type: gemini } }", Map.of("GEMINI_API_KEY", "", "GOOGLE_API_KEY", "second"));

        assertThat(ok.config().providers().get("g").apiKeys().getFirst().key()).isEqualTo(new Secret("second"));
    }

    @Test
    void autoProvidersWithoutKeyAreDisabledWithAReason() {
        LoadedConfig.Ok ok = Configs.accepted("""
            providers:
              usual: { type: openai }
              named: { type: openai, api_keys: [{ key: "${MY_KEY}" }] }
              empty: { type: openai, api_keys: [{ key: "${EMPTY}" }] }
              half: { type: openai, api_keys: [{ key: "there" }, { key: "${MY_KEY}" }] }
              azure: { type: azure_openai, base_url: "${ENDPOINT}" }
            """ + LOCAL, Map.of("EMPTY", ""));

        assertThat(ok.off())
                .containsExactly(
                        Map.entry("usual", "OPENAI_API_KEY is not set"),
                        Map.entry("named", "MY_KEY is not set"),
                        Map.entry("empty", "${EMPTY} is empty"),
                        Map.entry("half", "MY_KEY is not set"),
                        Map.entry("azure", "ENDPOINT is not set, AZURE_OPENAI_API_KEY is not set"));
        assertThat(ok.config().providers()).containsOnlyKeys("local");
        assertThat(ok.warnings()).isEmpty();
    }

    @Test
    void enabledTrueMakesAMissingKeyAnError() {
        assertThat(Configs.refusals("""
            providers:
              a: { type: openai, enabled: true }
              b: { type: openai, enabled: true, api_keys: [{ key: "${B}" }] }
            """))
                .containsExactly(
                        "2:3: providers.a.api_keys: OPENAI_API_KEY is not set",
                        "3:55: providers.b.api_keys[0].key: B is not set");
    }

    @Test
    void enabledFalseIsOffEvenWithAKey() {
        LoadedConfig.Ok ok = Configs.accepted(
                "providers:\n  a: { type: openai, enabled: false, api_keys: [{ key: k }] }" + LOCAL, Map.of());

        assertThat(ok.off()).containsExactly(Map.entry("a", "enabled: false"));
    }

    @Test
    void problemsOfDisabledProvidersAreReported() {
        assertThat(Configs.refusals("providers: { a: { type: openai, base_url: ftp://x } }"))
                .singleElement()
                .asString()
                .contains("an http or https URL");
    }

    @Test
    void aKeyIsOptionalForServersWithoutKeys() {
        SluiceConfig none = Configs.config("providers: { o: { type: ollama }, v: { type: vllm } }");
        SluiceConfig one = Configs.accepted("providers: { v: { type: vllm } }", Map.of("VLLM_API_KEY", "k"))
                .config();

        assertThat(none.providers()).containsOnlyKeys("o", "v");
        assertThat(one.providers().get("v").apiKeys()).hasSize(1);
    }

    @Test
    void targetsOfDisabledProvidersAreRemovedWithAWarning() {
        LoadedConfig.Ok ok = Configs.accepted("""
            providers:
              openai: { type: openai }
              local: { type: simulator }
            models:
              some:
                targets: [{ provider: openai, model: gpt }, { provider: local, model: echo }]
                fallbacks: [none, openai/gpt, local/echo]
              none:
                targets: [{ provider: openai, model: gpt }]
                fallbacks: [local/echo]
            """, Map.of());

        assertThat(ok.config().models())
                .containsOnly(Map.entry(
                        "some",
                        ConfigSamples.route(
                                RouteConfig.Strategy.PRIORITY,
                                List.of(new RouteConfig.TargetConfig("local", "echo", 1)),
                                List.of("local/echo"))));
        assertThat(Configs.lines(ok.warnings()))
                .containsExactly(
                        "6:15: models.some.targets[0]: dropped: provider \"openai\" is off",
                        "7:17: models.some.fallbacks[0]: dropped: \"none\" leads only to providers that are off",
                        "7:23: models.some.fallbacks[1]: dropped: \"openai/gpt\" leads only to providers that are off",
                        "8:3: models.none: dropped: every provider among its targets is off");
    }

    @Test
    void aConfigWithoutEnabledProvidersGivesAWarning() {
        LoadedConfig.Ok ok = Configs.accepted("providers: { openai: { type: openai } }", Map.of());

        assertThat(Configs.lines(ok.warnings())).singleElement().asString().contains("no provider is enabled");
    }
}
