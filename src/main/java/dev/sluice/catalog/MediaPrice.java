package dev.sluice.catalog;

import dev.sluice.binding.Key;

/** The configured prices of tokens of one modality other than text. */
public record MediaPrice(
        @Key(value = "USD per million tokens of a prompt.", min = 0, max = 1000000)
        Double input,

        @Key(
                value = "USD per million tokens read from the provider's prompt cache; if omitted, the price of input.",
                min = 0,
                max = 1000000)
        Double cacheRead,

        @Key(value = "USD per million tokens of a completion.", min = 0, max = 1000000)
        Double output) {

    static final MediaPrice NONE = new MediaPrice(null, null, null);

    ModelPrices.MediaRates rates() {
        return equals(NONE)
                ? ModelPrices.MediaRates.UNKNOWN
                : new ModelPrices.MediaRates(ModelInfo.rate(input), ModelInfo.rate(cacheRead), ModelInfo.rate(output));
    }
}
