package dev.sluice.quota;

import dev.sluice.model.Budget;

/**
 * An alert that a budget has reached a threshold; raised once per period and threshold.
 *
 * @param name of the key, team or tier
 * @param key the key concerned (a tier's budget applies to each of its keys); null for a team's budget
 * @param spentNanoUsd spent in the current period, in billionths of a US dollar
 */
public record BudgetAlert(QuotaScope scope, String name, String key, long spentNanoUsd, Budget budget, Kind kind) {

    /** The thresholds. */
    public enum Kind {
        /** The share {@link Budget#warnAt} is spent. */
        WARNING,
        /** All of it is spent. */
        SPENT,
        /** A request was refused because it might have exceeded the budget. */
        REFUSED
    }
}
