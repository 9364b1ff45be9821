package dev.sluice.protocol.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.catalog.ModelPrices.Tier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decodes OpenRouter's {@code pricing}: decimal strings in USD per token; negative for router models, whose price
 * varies.
 */
final class ListedPrices {

    private static final int PICO = 12;
    /** One dollar per token; a higher price is a mistake. */
    private static final BigDecimal MAX_USD = BigDecimal.ONE;

    private ListedPrices() {}

    static ModelPrices read(JsonNode pricing) {
        Rates base = rates(pricing, new Rates(ModelPrices.NONE, ModelPrices.NONE, ModelPrices.NONE, ModelPrices.NONE));
        if (base.input() == ModelPrices.NONE && base.output() == ModelPrices.NONE) {
            return ModelPrices.UNKNOWN;
        }
        List<Tier> tiers = new ArrayList<>();
        for (JsonNode override : pricing.path("overrides")) {
            long from = override.path("min_prompt_tokens").longValue();
            if (from > 0) {
                tiers.add(new Tier(from - 1, rates(override, base)));
            }
        }
        tiers.sort(Comparator.comparingLong(Tier::above));
        return new ModelPrices(base, List.copyOf(tiers));
    }

    private static Rates rates(JsonNode rates, Rates fallback) {
        return new Rates(
                rate(rates, "prompt", fallback.input()),
                rate(rates, "completion", fallback.output()),
                rate(rates, "input_cache_read", fallback.cacheRead()),
                rate(rates, "input_cache_write", fallback.cacheWrite()));
    }

    private static long rate(JsonNode rates, String name, long fallback) {
        JsonNode value = rates.path(name);
        if (!value.isTextual() || value.textValue().length() > 30) {
            return fallback;
        }
        try {
            BigDecimal usd = new BigDecimal(value.textValue());
            boolean plausible = usd.signum() >= 0 && usd.scale() <= 30 && usd.compareTo(MAX_USD) <= 0;
            return plausible ? usd.movePointRight(PICO).longValue() : fallback;
        } catch (NumberFormatException notANumber) {
            return fallback;
        }
    }
}
