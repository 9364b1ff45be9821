package dev.sluice.config.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.ProviderConfig;
import dev.sluice.config.loading.ConfigDiff.Change;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigDiffTest {

    @Test
    void addedReplacedAndRemovedProvidersAreListed() {
        Map<String, ProviderConfig> before =
                providers("{ same: { type: vllm }, moved: { type: vllm }, gone: { type: vllm } }", "k");
        Map<String, ProviderConfig> after = providers(
                "{ same: { type: vllm }, moved: { type: vllm, timeouts: { idle: 9s } }, fresh: { type: ollama } }",
                "k");

        assertThat(changes(before, after))
                .containsExactly(
                        new Change.Replace("moved", before.get("moved"), after.get("moved")),
                        new Change.Add("fresh", after.get("fresh")),
                        new Change.Remove("gone"));
    }

    @Test
    void theSameConfigInAnotherNotationIsNoChange() {
        assertThat(changes(
                        providers("{ a: { type: vllm }, b: { type: ollama } }", "k"),
                        providers(
                                "{ b: { type: ollama, models: ['*'] }, a: { type: vllm, timeouts: { idle: 30s } } }",
                                "k")))
                .isEmpty();
    }

    @Test
    void aRotatedKeyReplacesItsProvider() {
        String text = "{ openai: { type: openai } }";

        assertThat(changes(providers(text, "one"), providers(text, "two")))
                .singleElement()
                .isInstanceOf(Change.Replace.class);
        assertThat(changes(providers(text, "one"), providers(text, "one"))).isEmpty();
    }

    @Test
    void aKeyThatAppearsAddsItsProvider() {
        String text = "{ openai: { type: openai } }";

        assertThat(changes(providers(text, ""), providers(text, "one")))
                .singleElement()
                .isInstanceOf(Change.Add.class);
    }

    private static List<Change> changes(Map<String, ProviderConfig> before, Map<String, ProviderConfig> after) {
        return ConfigDiff.between(before, after, true);
    }

    private static Map<String, ProviderConfig> providers(String text, String key) {
        return Configs.accepted("providers: " + text, Map.of("OPENAI_API_KEY", key))
                .config()
                .providers();
    }
}
