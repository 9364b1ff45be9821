package dev.sluice.catalog;

import dev.sluice.model.Usage;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;

/**
 * The token prices of a model at one seller.
 *
 * @param base for prompts below the first tier
 * @param tiers for longer prompts, by ascending threshold
 */
public record ModelPrices(Rates base, List<Tier> tiers) {

    /** The price is not known. */
    public static final long NONE = -1;

    public static final ModelPrices UNKNOWN = new ModelPrices(new Rates(NONE, NONE, NONE, NONE), List.of());
    public static final ModelPrices FREE = new ModelPrices(new Rates(0, 0, 0, 0), List.of());

    /** Pico-USD in a nano-USD. */
    private static final long PICO = 1000;

    private static final BigInteger HIGHEST = BigInteger.valueOf(Long.MAX_VALUE);

    /**
     * Prices in millionths of a millionth of a US dollar (pico-USD) per token: a price in USD per million tokens times
     * a million, which is a whole number even for the cheapest model. {@link #NONE} when not known.
     */
    public record Rates(long input, long output, long cacheRead, long cacheWrite) {}

    /** @param above the rates apply to the whole request when its prompt has more tokens than this */
    public record Tier(long above, Rates rates) {}

    public boolean known() {
        return base.input() != NONE || base.output() != NONE;
    }

    /**
     * The cost of a call, in billionths of a US dollar, rounded up. A cost reported by the provider takes precedence.
     * Each token is billed once: cache reads and writes at their own prices, or at the input price where they have
     * none, and the rest of the prompt at the input price. The tier is chosen by the whole prompt and applies to the
     * whole request.
     *
     * @return empty, never zero, when the usage or a price that it needs is not known
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
                    Math.addExact(product(fresh, rates.input()), product(read, readRate)),
                    Math.addExact(product(written, writeRate), product(output, rates.output())));
            return OptionalLong.of(pico / PICO + (pico % PICO == 0 ? 0 : 1));
        } catch (ArithmeticException overflow) {
            BigInteger pico = exactProduct(fresh, rates.input())
                    .add(exactProduct(read, readRate))
                    .add(exactProduct(written, writeRate))
                    .add(exactProduct(output, rates.output()));
            BigInteger nano = pico.add(BigInteger.valueOf(PICO - 1)).divide(BigInteger.valueOf(PICO));
            return OptionalLong.of(nano.min(HIGHEST).longValue());
        }
    }

    private static boolean unknown(long tokens, long rate) {
        return tokens > 0 && rate == NONE;
    }

    /** An unknown rate counts as zero: {@link #unknown} has checked that it has no tokens. */
    private static long product(long tokens, long rate) {
        return Math.multiplyExact(tokens, Math.max(0, rate));
    }

    private static BigInteger exactProduct(long tokens, long rate) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(Math.max(0, rate)));
    }

    /** The rates for a prompt of this length. */
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
