package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
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
}
