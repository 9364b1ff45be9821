package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelCatalog;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens of images cost what images do (BerriAI/litellm#31142: they were billed as text). */
class ImageUsageIsPricedTest {

    private static final ModelPrices PRICES =
            ModelCatalog.builtIn().facts("p", "openai", "gpt-image-2").prices();

    @Test
    void theOutputOfTheImagesApiIsOfImages() {
        Usage generation = usage("\"text_tokens\":50,\"image_tokens\":0", 50);
        Usage edit = usage("\"text_tokens\":20,\"image_tokens\":1000", 1020);

        assertThat(PRICES.cost(generation)).hasValue(120_250_000);
        assertThat(PRICES.cost(edit)).hasValue(128_100_000);
    }

    @Test
    void aConfiguredPriceOfOutputIsThatOfImagesWhereTheApiHasNothingElse() {
        ModelPrices configured = new ModelPrices(
                new ModelPrices.Rates(5_000_000, 30_000_000, ModelPrices.NONE, ModelPrices.NONE), List.of());

        assertThat(configured.cost(usage("\"text_tokens\":50,\"image_tokens\":0", 50)))
                .hasValue(120_250_000);
    }

    private static Usage usage(String details, long input) {
        return MediaUsage.ofBody(ByteSlice.of("{\"created\":1,\"data\":[],\"usage\":{\"input_tokens\":" + input
                + ",\"output_tokens\":4000,\"total_tokens\":4050,\"input_tokens_details\":{" + details + "}}}"));
    }
}
