package dev.sluice.quota;

import dev.sluice.model.Budget;

/**
 * A budget and whose it is.
 *
 * @param name of the key, tier or team
 * @param key of whom it is, when it is a key's or for each key of a tier; else null
 */
record BudgetLine(QuotaScope scope, String name, String key, Budget budget) {

    boolean nearlySpent(long spent) {
        return spent >= warning();
    }

    /** Spent from here on it warns. */
    long warning() {
        return (long) Math.ceil(budget.nanoUsd() * budget.warnAt());
    }

    String who() {
        return QuotaErrors.who(scope, name, key == null ? name : key);
    }
}
