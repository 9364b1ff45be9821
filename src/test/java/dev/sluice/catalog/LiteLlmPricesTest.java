package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Usage does not tell a token of an image or of audio from one of text, so the higher price counts. */
class LiteLlmPricesTest {

    @Test
    void aModelOfImagesOrTranscriptsHasThePriceOfItsMedium() throws IOException {
        Map<String, ModelInfo> models = LiteLlmPrices.read(new ObjectMapper().readTree("""
            {
              "draw": {"litellm_provider":"openai","mode":"image_generation","input_cost_per_token":5e-6,
                "input_cost_per_image_token":1e-5,"output_cost_per_image_token":4e-5},
              "hear": {"litellm_provider":"openai","mode":"audio_transcription","input_cost_per_token":2.5e-6,
                "input_cost_per_audio_token":6e-6,"output_cost_per_token":1e-5},
              "talk": {"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-6,
                "input_cost_per_audio_token":4e-5,"output_cost_per_token":2e-6}
            }
            """));

        assertThat(models.get("openai/draw").input()).isCloseTo(10.0, within(1e-9));
        assertThat(models.get("openai/draw").output()).isCloseTo(40.0, within(1e-9));
        assertThat(models.get("openai/hear").input()).isCloseTo(6.0, within(1e-9));
        assertThat(models.get("openai/hear").output()).isCloseTo(10.0, within(1e-9));
        assertThat(models.get("openai/talk").input()).isCloseTo(1.0, within(1e-9));
    }

    @Test
    void lifetimesModalitiesTiersAndSearchesAreRead() throws IOException {
        ModelInfo info = LiteLlmPrices.read(new ObjectMapper().readTree("""
            {"m": {"litellm_provider":"anthropic","mode":"chat","input_cost_per_token":2e-6,"output_cost_per_token":1e-5,
              "cache_creation_input_token_cost":2.5e-6,"cache_creation_input_token_cost_above_1hr":4e-6,
              "input_cost_per_audio_token":7e-6,"output_cost_per_image_token":3e-5,
              "input_cost_per_token_priority":4e-6,"output_cost_per_token_priority":2e-5,
              "provider_specific_entry":{"us":1.1,"fast":2.0},
              "search_context_cost_per_query":{"search_context_size_medium":0.01}}}
            """)).get("anthropic/m");
        ModelPrices prices = info.facts().prices();

        assertThat(prices.base().hourWrite()).isEqualTo(4_000_000);
        assertThat(prices.base().audio().input()).isEqualTo(7_000_000);
        assertThat(prices.base().image().output()).isEqualTo(30_000_000);
        assertThat(prices.ratesFor(1, Set.of("priority")).output()).isEqualTo(20_000_000);
        assertThat(prices.ratesFor(1, Set.of("us")).input()).isEqualTo(2_200_000);
        assertThat(prices.toolCalls()).containsExactly(Map.entry("web_search", 10_000_000L));
    }
}
