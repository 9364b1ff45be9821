package dev.sluice.quota;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.catalog.ModelPrices.Tier;
import java.util.List;

/**
 * The highest prices among the targets of a request: prompt tokens at the cache write price where that is higher, and
 * at the most expensive tier that a prompt of this length can fall into.
 *
 * @param input pico-USD for one token of a prompt
 * @param output pico-USD for one token of a completion
 * @param unpricedModel the first target without a known price, or null; it counts as free
 */
record WorstCase(long input, long output, String unpricedModel) {

    /** Above any budget; a {@code long} holds the sum of four. */
    static final long HIGHEST_NANO = Long.MAX_VALUE / 4;

    private static final long PICO = 1000;

    static WorstCase of(List<QuotaRequest.PricedTarget> targets, long maxPromptTokens, boolean hasCompletion) {
        long input = 0;
        long output = 0;
        String unknown = null;
        for (int i = 0; i < targets.size(); i++) {
            QuotaRequest.PricedTarget target = targets.get(i);
            ModelPrices prices = target.prices();
            Rates base = prices.base();
            boolean known = prices.known()
                    && (maxPromptTokens == 0 || base.input() != ModelPrices.NONE)
                    && (!hasCompletion || base.output() != ModelPrices.NONE);
            unknown = known || unknown != null ? unknown : target.name();
            input = Math.max(input, prompt(base));
            output = Math.max(output, base.output());
            for (int j = 0; j < prices.tiers().size(); j++) {
                Tier tier = prices.tiers().get(j);
                if (maxPromptTokens > tier.above()) {
                    input = Math.max(input, prompt(tier.rates()));
                    output = Math.max(output, tier.rates().output());
                }
            }
        }
        return new WorstCase(input, output, unknown);
    }

    /** Billionths of a US dollar, rounded up. */
    long nanoUsd(long prompt, long completion) {
        long pico = saturatedSum(saturatedProduct(input, prompt), saturatedProduct(output, completion));
        return Math.min(HIGHEST_NANO, pico / PICO + (pico % PICO == 0 ? 0 : 1));
    }

    /** The completion tokens that the amount covers beside the prompt; negative when it does not cover the prompt. */
    long completion(long nanoUsd, long prompt) {
        long left = saturatedProduct(Math.max(0, nanoUsd), PICO) - saturatedProduct(input, prompt);
        if (left < 0) {
            return -1;
        }
        return output == 0 ? SlidingWindow.MAX_COUNT : left / output;
    }

    private static long prompt(Rates rates) {
        return Math.max(rates.input(), Math.max(rates.cacheWrite(), rates.cacheRead()));
    }

    /** The product of two numbers that are not negative; {@link Long#MAX_VALUE} on overflow. */
    private static long saturatedProduct(long one, long other) {
        long product = one * other;
        return Math.multiplyHigh(one, other) != 0 || product < 0 ? Long.MAX_VALUE : product;
    }

    private static long saturatedSum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
