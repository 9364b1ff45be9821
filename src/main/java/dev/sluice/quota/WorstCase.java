package dev.sluice.quota;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.catalog.ModelPrices.Tier;
import java.util.List;

/**
 * The dearest that tokens can be at any of some targets: as if every token of the prompt were written to the cache
 * where that costs more, at the dearest tier that a prompt of this length can fall into.
 *
 * @param input pico-USD for one token of a prompt
 * @param output pico-USD for one token of a completion
 * @param unknown the first target whose price is not known, or null; it counts as free here
 */
record WorstCase(long input, long output, String unknown) {

    /** Beyond what any budget holds, and still four of it fit a long. */
    static final long HIGHEST_NANO = Long.MAX_VALUE / 4;

    private static final long PICO = 1000;

    static WorstCase of(List<QuotaRequest.Target> targets, long promptAtMost, boolean completes) {
        long input = 0;
        long output = 0;
        String unknown = null;
        for (int i = 0; i < targets.size(); i++) {
            QuotaRequest.Target target = targets.get(i);
            ModelPrices prices = target.prices();
            Rates base = prices.base();
            boolean known = prices.known()
                    && (promptAtMost == 0 || base.input() != ModelPrices.NONE)
                    && (!completes || base.output() != ModelPrices.NONE);
            unknown = known || unknown != null ? unknown : target.name();
            input = Math.max(input, prompt(base));
            output = Math.max(output, base.output());
            for (int j = 0; j < prices.tiers().size(); j++) {
                Tier tier = prices.tiers().get(j);
                if (promptAtMost > tier.above()) {
                    input = Math.max(input, prompt(tier.rates()));
                    output = Math.max(output, tier.rates().output());
                }
            }
        }
        return new WorstCase(input, output, unknown);
    }

    /** Billionths of a US dollar, rounded up. */
    long nanoUsd(long prompt, long completion) {
        long pico = sum(times(input, prompt), times(output, completion));
        return Math.min(HIGHEST_NANO, pico / PICO + (pico % PICO == 0 ? 0 : 1));
    }

    /** How many tokens of completion the money pays for beside the prompt; negative when not even that. */
    long completion(long nanoUsd, long prompt) {
        long left = times(Math.max(0, nanoUsd), PICO) - times(input, prompt);
        if (left < 0) {
            return -1;
        }
        return output == 0 ? SlidingWindow.MOST : left / output;
    }

    private static long prompt(Rates rates) {
        return Math.max(rates.input(), Math.max(rates.cacheWrite(), rates.cacheRead()));
    }

    /** Of what is not negative; what does not fit is the largest there is. */
    private static long times(long one, long other) {
        long product = one * other;
        return Math.multiplyHigh(one, other) != 0 || product < 0 ? Long.MAX_VALUE : product;
    }

    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
