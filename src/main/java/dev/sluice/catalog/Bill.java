package dev.sluice.catalog;

import java.math.BigInteger;

/** The sum of what a call is billed for. A part without a price is left out, and the sum is not complete then. */
final class Bill {

    /** Pico-USD in a nano-USD. */
    private static final long PICO = 1000;

    private static final BigInteger HIGHEST = BigInteger.valueOf(Long.MAX_VALUE);

    private long pico;
    /** The exact sum once it no longer fits into a {@code long}; else null. */
    private BigInteger large;

    private boolean complete = true;

    /** @param rate in pico-USD; {@link ModelPrices#NONE} when it is not known */
    void add(long tokens, long rate) {
        if (tokens <= 0 || rate == 0) {
            return;
        }
        if (rate == ModelPrices.NONE) {
            complete = false;
            return;
        }
        long product = tokens * rate;
        if (large == null && Math.multiplyHigh(tokens, rate) == 0 && product >= 0 && pico + product >= 0) {
            pico += product;
            return;
        }
        large = (large == null ? BigInteger.valueOf(pico) : large)
                .add(BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(rate)));
    }

    /**
     * Adds at most as many tokens as there are.
     *
     * @return the number of added tokens
     */
    long addSome(long tokens, long available, long rate) {
        long some = Math.min(tokens, Math.max(0, available));
        add(some, rate);
        return some;
    }

    /** @param nano billionths of a US dollar for one call */
    void addNano(long calls, long nano) {
        add(calls, nano == ModelPrices.NONE ? nano : Math.multiplyExact(nano, PICO));
    }

    /** Notes a part without a price that is not counted here. */
    void unknownPart() {
        complete = false;
    }

    boolean isComplete() {
        return complete;
    }

    /** Rounded up. */
    long nanoUsd() {
        if (large == null) {
            return pico / PICO + (pico % PICO == 0 ? 0 : 1);
        }
        BigInteger nano = large.add(BigInteger.valueOf(PICO - 1)).divide(BigInteger.valueOf(PICO));
        return nano.min(HIGHEST).longValue();
    }
}
