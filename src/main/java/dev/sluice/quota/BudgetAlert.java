package dev.sluice.quota;

import dev.sluice.model.Budget;

/**
 * A budget has come to a mark; told once in each of its periods.
 *
 * @param name of the key, team or tier
 * @param key the key it concerns, which for a tier's budget is not in {@code name}; null for a team's
 * @param spentNanoUsd in this period so far, in billionths of a US dollar
 * @param kind which mark
 */
public record BudgetAlert(QuotaScope scope, String name, String key, long spentNanoUsd, Budget budget, Kind kind) {

    /** The marks. */
    public enum Kind {
        /** {@link Budget#warnAt} of it is spent. */
        WARNING,
        /** All of it is spent. */
        SPENT,
        /** A request was refused because it might have exceeded it. */
        REFUSED
    }
}
