package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Modality;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.config.loading.ConfigDiff;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The config and a price map take precedence over the built-in table. */
class ConfiguredModelInfoTest {

    private static final Usage MILLION = new Usage(1_000_000, 0, 0, 0, true);

    @Test
    void theConfigOverridesWhatItNamesAndKeepsTheRest() {
        ModelCatalog models = catalog("""
            model_info:
              gpt-4o: { input: 1, output: 2 }
              mine/gpt-4o: { input: 3, output: 4, context: 9000 }
              "own-*": { input: 0.5, output: 1, traits: [tools, reasoning], inputs: [text, image] }
            """);

        assertThat(models.facts("openai", "openai", "gpt-4o").prices().cost(MILLION))
                .hasValue(1_000_000_000L);
        assertThat(models.facts("openai", "openai", "gpt-4o").contextTokens()).isEqualTo(128_000);
        assertThat(models.facts("mine", "openai_compatible", "gpt-4o").prices().cost(MILLION))
                .hasValue(3_000_000_000L);
        assertThat(models.facts("mine", "openai_compatible", "gpt-4o").contextTokens())
                .isEqualTo(9000);
        assertThat(models.facts("p", "vllm", "own-7b").traits())
                .containsExactlyInAnyOrder(Trait.TOOLS, Trait.REASONING, Trait.VISION);
        assertThat(models.facts("p", "openai", "gpt-4o-mini"))
                .isEqualTo(ModelCatalog.builtIn().facts("p", "openai", "gpt-4o-mini"));
    }

    @Test
    void mapsOfLitellmAreRead() {
        ModelCatalog models = catalog("price_map: { file: prices-litellm.json, format: litellm }");
        ModelFacts grok = models.facts("p", "grok", "grok-9");

        assertThat(models.facts("p", "openai", "gpt-4o").prices().cost(MILLION)).hasValue(3_000_000_000L);
        assertThat(models.facts("p", "openai", "gpt-4o").has(Trait.VISION)).isTrue();
        assertThat(grok.contextTokens()).isEqualTo(256_000);
        assertThat(grok.prices().cost(new Usage(128_000, 1, 0, 0, true))).hasValue(256_006_000L);
        assertThat(grok.prices().cost(new Usage(128_001, 1, 0, 0, true))).hasValue(512_016_000L);
        assertThat(models.facts("p", "openai", "text-embedding-9").outputs()).containsExactly(Modality.EMBEDDING);
        assertThat(models.facts("p", "openai", "gpt-4o-mini").prices().known())
                .as("the built-in table is still there")
                .isTrue();
    }

    @Test
    void mapsOfModelsDevAreRead() {
        ModelCatalog models = catalog("price_map: { file: prices-models-dev.json, format: models_dev }");
        ModelFacts gemini = models.facts("p", "gemini", "gemini-9");

        assertThat(gemini.maxOutputTokens()).isEqualTo(65_536);
        assertThat(gemini.inputs()).containsExactlyInAnyOrder(Modality.TEXT, Modality.IMAGE, Modality.DOCUMENT);
        assertThat(gemini.prices().cost(new Usage(100, 10, 100, 0, true))).hasValue(100 * 310 + 10 * 10_000);
        assertThat(gemini.prices().cost(new Usage(200_001, 0, 0, 0, true))).hasValue(200_001L * 2500);
        assertThat(models.facts("p", "openai", "gpt-9").prices().cost(new Usage(272_001, 0, 0, 0, true)))
                .hasValue(272_001L * 10_000);
    }

    @Test
    void theConfigWinsOverTheMap() {
        ModelCatalog models = catalog("""
            price_map: { file: prices-litellm.json, format: litellm }
            model_info: { gpt-4o: { input: 7, output: 7 } }
            """);

        assertThat(models.facts("p", "openai", "gpt-4o").prices().cost(MILLION)).hasValue(7_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "price_map: { file: gone.json, format: litellm }"
                        + "|2:20: price_map.file: \"gone.json\" cannot be read (NoSuchFileException)",
                "price_map: { file: full.yaml, format: litellm }"
                        + "|2:20: price_map.file: \"full.yaml\" is not JSON at line 1, column 1",
                "price_map: { file: prices-litellm.json, format: models_dev }"
                        + "|2:20: price_map.file: \"prices-litellm.json\" has no model in the format models_dev of a"
                        + " provider that Sluice knows",
                "price_map: { file: prices-litellm.json }|2:1: price_map: \"format\" is missing",
                "model_info: { \"a b\": { input: 1 } }|2:15: model_info[\"a b\"]: not a model name or pattern"
                        + " (expected: 1 to 256 of A-Z, a-z, 0-9 and . _ : / @ -, with * for anything)",
                "model_info: { m: { input: -1 } }"
                        + "|2:27: model_info.m.input: \"-1\" (expected: a number, from 0 to 1000000)",
                "model_info: { m: { traits: [thinkin] } }" + "|2:29: model_info.m.traits[0]: \"thinkin\" (expected: "
            })
    void invalidStanzasAreReported(String stanza, String expected) {
        assertThat(Configs.refusals("providers: { l: { type: simulator } }\n" + stanza))
                .singleElement()
                .asString()
                .startsWith(expected);
    }

    @Test
    void aChangedMapGivesANewRevisionAndItsFileIsWatched(@TempDir Path dir) throws Exception {
        Path map = dir.resolve("prices.json");
        Files.writeString(map, Configs.resource("/config/prices-litellm.json"));
        String text = "providers: { l: { type: simulator } }\nprice_map: { file: prices.json, format: litellm }";

        LoadedConfig.Ok first = (LoadedConfig.Ok) ConfigLoader.parse(text, "f", Map.<String, String>of()::get, dir);
        Files.writeString(map, Files.readString(map).replace("3e-06", "4e-06"));
        LoadedConfig.Ok second = (LoadedConfig.Ok) ConfigLoader.parse(text, "f", Map.<String, String>of()::get, dir);

        assertThat(first.secretFiles()).contains(map);
        assertThat(second.revision()).isNotEqualTo(first.revision());
        assertThat(second.config().catalog()).isNotEqualTo(first.config().catalog());
        assertThat(ConfigDiff.between(
                        first.config().providers(), second.config().providers(), false))
                .hasSize(1);
    }

    private static ModelCatalog catalog(String more) {
        return Configs.config("providers: { l: { type: simulator } }\n" + more).catalog();
    }
}
