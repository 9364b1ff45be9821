package dev.sluice.quota;

import dev.sluice.model.Budget;

/**
 * A budget and its owner.
 *
 * @param name of the key, tier or team
 * @param key the key that it applies to, for budgets of keys and tiers; else null
 */
record BudgetLine(QuotaScope scope, String name, String key, Budget budget) {

    boolean nearlySpent(long spent) {
        return spent >= warningThreshold();
    }

    /** Callers are warned from this amount on, in billionths of a US dollar. */
    long warningThreshold() {
        return (long) Math.ceil(budget.nanoUsd() * budget.warnAt());
    }

    String owner() {
        return QuotaErrors.label(scope, name, key == null ? name : key);
    }
}
