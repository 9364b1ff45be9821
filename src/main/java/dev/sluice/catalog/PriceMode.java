package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.LinkedHashMap;
import java.util.Map;

/** The configured prices in one service tier, speed or region. */
public record PriceMode(
        @Key(value = "Multiple of all prices of tokens.", or = "1", min = 0, max = 1000)
        double times,

        @Key(
                value = "USD per million prompt tokens, instead of a multiple; longer prompts in proportion.",
                min = 0,
                max = 1000000)
        Double input,

        @Key(value = "USD per million completion tokens, likewise.", min = 0, max = 1000000)
        Double output,

        @Key(value = "USD per million tokens read from the cache, likewise.", min = 0, max = 1000000)
        Double cacheRead,

        @Key(value = "USD per million tokens written to the cache, likewise.", min = 0, max = 1000000)
        Double cacheWrite) {

    /** Those that can be applied to other prices. */
    static Map<String, PriceMode> multiples(Map<String, PriceMode> modes) {
        Map<String, PriceMode> multiples = new LinkedHashMap<>(modes);
        multiples.values().removeIf(mode -> !mode.isMultiple());
        return multiples;
    }

    ModelPrices.Mode toMode() {
        return new ModelPrices.Mode(
                times,
                ModelInfo.rate(input),
                ModelInfo.rate(output),
                ModelInfo.rate(cacheRead),
                ModelInfo.rate(cacheWrite));
    }

    private boolean isMultiple() {
        return input == null && output == null && cacheRead == null && cacheWrite == null;
    }
}
