package dev.sluice.quota;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The money of one account in one period: what is spent, and what is held for requests on their way. May be called from
 * any thread. Amounts are billionths of a US dollar.
 */
final class BudgetAccount {

    private final long endEpochMillis;

    /** Spent and reserved together: the one word that admission decides by. */
    private final AtomicLong held = new AtomicLong();

    private final AtomicLong spent = new AtomicLong();
    private final AtomicLong known = new AtomicLong();
    private final AtomicInteger told = new AtomicInteger();

    BudgetAccount(long endEpochMillis) {
        this.endEpochMillis = endEpochMillis;
    }

    boolean over(long epochMillis) {
        return epochMillis >= endEpochMillis;
    }

    long endEpochMillis() {
        return endEpochMillis;
    }

    /** Reserves all of it or nothing. */
    boolean reserve(long nanoUsd, long budget) {
        long before;
        do {
            before = held.get();
            if (nanoUsd > budget - before) {
                return false;
            }
        } while (!held.compareAndSet(before, before + nanoUsd));
        return true;
    }

    void release(long nanoUsd) {
        held.addAndGet(-nanoUsd);
    }

    /** Spends, {@code reserved} of it from what was reserved and the rest on top, budget or not. */
    void spend(long nanoUsd, long reserved) {
        held.addAndGet(nanoUsd - reserved);
        spent.addAndGet(nanoUsd);
    }

    long spent() {
        return spent.get();
    }

    long reserved() {
        return held.get() - spent.get();
    }

    /** What may still be reserved; may be negative. */
    long left(long budget) {
        return budget - held.get();
    }

    /** At least this was spent: the ledger says so. What is held rises first, so that nobody gets in between. */
    void restore(long nanoUsd) {
        while (true) {
            long before = spent.get();
            if (nanoUsd <= before) {
                return;
            }
            held.addAndGet(nanoUsd - before);
            if (spent.compareAndSet(before, nanoUsd)) {
                known.accumulateAndGet(nanoUsd, Math::max);
                return;
            }
            held.addAndGet(before - nanoUsd);
        }
    }

    /** How much of what is spent was spent before this process, or by another. */
    long restored() {
        return known.get();
    }

    /** True for the first who asks for this mark. */
    boolean tell(int mark) {
        int bit = 1 << mark;
        return (told.get() & bit) == 0 && (told.getAndUpdate(marks -> marks | bit) & bit) == 0;
    }

    boolean untouched() {
        return spent.get() == 0 && held.get() == 0;
    }
}
