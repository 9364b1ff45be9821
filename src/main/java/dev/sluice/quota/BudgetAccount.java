package dev.sluice.quota;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The budget account of one key or team in one period: what is spent and what is reserved for requests in flight. Safe
 * for use by any thread. Amounts are billionths of a US dollar.
 */
final class BudgetAccount {

    private final long startEpochMillis;
    private final long endEpochMillis;

    /** Spent and reserved together: admission checks and changes this single value. */
    private final AtomicLong committed = new AtomicLong();

    private final AtomicLong spent = new AtomicLong();
    private final AtomicLong restored = new AtomicLong();
    private final AtomicInteger alerted = new AtomicInteger();
    /**
     * The account that this one replaced. A clock that jumps ahead and back finds the account of the period to which it
     * returns.
     */
    private volatile BudgetAccount replaced;

    BudgetAccount(long startEpochMillis, long endEpochMillis) {
        this.startEpochMillis = startEpochMillis;
        this.endEpochMillis = endEpochMillis;
    }

    boolean covers(long epochMillis) {
        return epochMillis >= startEpochMillis && epochMillis < endEpochMillis;
    }

    long startEpochMillis() {
        return startEpochMillis;
    }

    BudgetAccount replaced() {
        return replaced;
    }

    /** Remembers the replaced account, and only that: it forgets its own predecessor. */
    void replaces(BudgetAccount before) {
        replaced = before;
        before.replaced = null;
    }

    long endEpochMillis() {
        return endEpochMillis;
    }

    /** Reserves the whole amount; false when the budget does not cover it. */
    boolean reserve(long nanoUsd, long budget) {
        long before;
        do {
            before = committed.get();
            if (nanoUsd > budget - before) {
                return false;
            }
        } while (!committed.compareAndSet(before, before + nanoUsd));
        return true;
    }

    void release(long nanoUsd) {
        committed.addAndGet(-nanoUsd);
    }

    /** Spends an amount of which {@code reserved} was reserved before. The rest is spent even above the budget. */
    void spend(long nanoUsd, long reserved) {
        committed.addAndGet(nanoUsd - reserved);
        spent.addAndGet(nanoUsd);
    }

    long spent() {
        return spent.get();
    }

    long reserved() {
        return committed.get() - spent.get();
    }

    /** The amount that can still be reserved; negative when more than the budget is committed. */
    long remaining(long budget) {
        return budget - committed.get();
    }

    /**
     * Adds what the ledger has beyond {@code counted}, the spend of this account when the ledger was read. Spending
     * since then is kept. {@code committed} rises first, so that admission never sees too little.
     */
    void restore(long nanoUsd, long counted) {
        long missing = nanoUsd - counted;
        if (missing > 0) {
            committed.addAndGet(missing);
            spent.addAndGet(missing);
            restored.accumulateAndGet(nanoUsd, Math::max);
        }
    }

    /** The amount spent according to the ledger: before this process started, or by another instance. */
    long restored() {
        return restored.get();
    }

    /** True for the first call with this mark. */
    boolean firstAlert(int mark) {
        int bit = 1 << mark;
        return (alerted.get() & bit) == 0 && (alerted.getAndUpdate(marks -> marks | bit) & bit) == 0;
    }

    boolean unused() {
        return spent.get() == 0 && committed.get() == 0;
    }
}
