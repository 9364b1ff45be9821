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
                        rate(cacheWrite, base.cacheWrite(), inputTimes),
                        rate(cacheWriteHour(base), base.hourWrite(), inputTimes),
                        media(base.audio(), base),
                        media(base.image(), base)));
    }

    /** In proportion to writes for five minutes where these have a price of their own. */
    private Double cacheWriteHour(ModelPrices.Rates base) {
        return cacheWrite == null || base.cacheWrite() <= 0 || base.hourWrite() == ModelPrices.NONE
                ? null
                : cacheWrite * base.hourWrite() / base.cacheWrite();
    }

    /** In proportion to text. */
    private ModelPrices.MediaRates media(ModelPrices.MediaRates rates, ModelPrices.Rates base) {
        if (rates == ModelPrices.MediaRates.UNKNOWN) {
            return rates;
        }
        double prompt = ratio(input, base.input(), inputTimes);
        return new ModelPrices.MediaRates(
                rate(null, rates.input(), prompt),
                rate(null, rates.cacheRead(), prompt),
                rate(null, rates.output(), ratio(output, base.output(), outputTimes)));
    }

    private static double ratio(Double configured, long base, double times) {
        return configured == null || base <= 0 ? times : (double) ModelInfo.pico(configured) / base;
    }

    private static long rate(Double configured, long base, double times) {
        if (configured != null) {
            return ModelInfo.pico(configured);
        }
        return base == ModelPrices.NONE ? base : Math.round(base * times);
    }
}
