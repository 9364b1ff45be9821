package dev.sluice.catalog;

import dev.sluice.model.Usage;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;

/**
 * What tokens of a model cost.
 *
 * @param base for prompts that no tier speaks of
 * @param tiers for longer prompts, the lowest first
 */
public record ModelPrices(Rates base, List<Tier> tiers) {

    /** The price is not known. */
    public static final long NONE = -1;

    public static final ModelPrices UNKNOWN = new ModelPrices(new Rates(NONE, NONE, NONE, NONE), List.of());
    public static final ModelPrices FREE = new ModelPrices(new Rates(0, 0, 0, 0), List.of());

    /** In a billionth of a dollar. */
    private static final long PICO = 1000;

    private static final BigInteger HIGHEST = BigInteger.valueOf(Long.MAX_VALUE);

    /**
     * Prices in millionths of a millionth of a US dollar (pico-USD) for one token, which is what a price in USD for a
     * million tokens is, times a million: whole numbers down to the cheapest model there is. {@link #NONE} when not
     * known.
     */
    public record Rates(long input, long output, long cacheRead, long cacheWrite) {}

    /** @param above the rates hold for the whole request when its prompt has more tokens than this */
    public record Tier(long above, Rates rates) {}

    public boolean known() {
        return base.input() != NONE || base.output() != NONE;
    }

    /**
     * What a call cost, in billionths of a US dollar, rounded up. What the provider says itself wins. A token is billed
     * once: cache reads and writes at their own prices, at the input's where they have none, and only the rest of the
     * prompt at the input's. The tier is chosen by the whole prompt and holds for the whole request.
     *
     * @return empty, and never zero, when the usage is not known or a price that the usage needs is not
     */
    public OptionalLong cost(Usage usage) {
        if (usage.costNanoUsd() != Usage.NO_COST) {
            return OptionalLong.of(usage.costNanoUsd());
        }
        if (!usage.known()) {
            return OptionalLong.empty();
        }
        Rates rates = ratesFor(usage.promptTokens());
        long read = Math.min(usage.cachedTokens(), usage.promptTokens());
        long written = Math.min(usage.cacheWriteTokens(), usage.promptTokens() - read);
        long fresh = usage.promptTokens() - read - written;
        long output = usage.completionTokens();
        long readRate = or(rates.cacheRead(), rates.input());
        long writeRate = or(rates.cacheWrite(), rates.input());
        if (unknown(fresh, rates.input())
                || unknown(read, readRate)
                || unknown(written, writeRate)
                || unknown(output, rates.output())) {
            return OptionalLong.empty();
        }
        try {
            long pico = Math.addExact(
                    Math.addExact(part(fresh, rates.input()), part(read, readRate)),
                    Math.addExact(part(written, writeRate), part(output, rates.output())));
            return OptionalLong.of(pico / PICO + (pico % PICO == 0 ? 0 : 1));
        } catch (ArithmeticException tooMuchForALong) {
            BigInteger pico = large(fresh, rates.input())
                    .add(large(read, readRate))
                    .add(large(written, writeRate))
                    .add(large(output, rates.output()));
            BigInteger nano = pico.add(BigInteger.valueOf(PICO - 1)).divide(BigInteger.valueOf(PICO));
            return OptionalLong.of(nano.min(HIGHEST).longValue());
        }
    }

    private static boolean unknown(long tokens, long rate) {
        return tokens > 0 && rate == NONE;
    }

    /** An unknown rate has no tokens. */
    private static long part(long tokens, long rate) {
        return Math.multiplyExact(tokens, Math.max(0, rate));
    }

    private static BigInteger large(long tokens, long rate) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(Math.max(0, rate)));
    }

    /** Those for a prompt so long. */
    public Rates ratesFor(long promptTokens) {
        Rates rates = base;
        for (Tier tier : tiers) {
            if (promptTokens > tier.above()) {
                rates = tier.rates();
            }
        }
        return rates;
    }

    private static long or(long rate, long fallback) {
        return rate == NONE ? fallback : rate;
    }
}
