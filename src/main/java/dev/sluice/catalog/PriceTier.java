package dev.sluice.catalog;

import dev.sluice.binding.Key;

/** The configured prices of prompts above a length: as multiples of the base prices, or one by one. */
public record PriceTier(
        @Key(
                value = "Number of prompt tokens above which these prices apply to the whole request.",
                required = true,
                min = 1)
        long above,

        @Key(value = "Multiple of the price of input and cache.", or = "1", min = 0, max = 1000)
        double inputTimes,

        @Key(value = "Multiple of the price of output.", or = "1", min = 0, max = 1000)
        double outputTimes,

        @Key(value = "USD per million tokens, instead of a multiple.", min = 0, max = 1000000)
        Double input,

        @Key(value = "USD per million tokens, instead of a multiple.", min = 0, max = 1000000)
        Double output,

        @Key(value = "USD per million tokens, instead of a multiple.", min = 0, max = 1000000)
        Double cacheRead,

        @Key(value = "USD per million tokens, instead of a multiple.", min = 0, max = 1000000)
        Double cacheWrite) {

    ModelPrices.Tier toTier(ModelPrices.Rates base) {
        return new ModelPrices.Tier(
                above,
                new ModelPrices.Rates(
                        rate(input, base.input(), inputTimes),
                        rate(output, base.output(), outputTimes),
                        rate(cacheRead, base.cacheRead(), inputTimes),
                        rate(cacheWrite, base.cacheWrite(), inputTimes)));
    }

    private static long rate(Double configured, long base, double times) {
        if (configured != null) {
            return ModelInfo.pico(configured);
        }
        return base == ModelPrices.NONE ? base : Math.round(base * times);
    }
}
