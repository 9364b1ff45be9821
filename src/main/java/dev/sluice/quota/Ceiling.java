package dev.sluice.quota;

import dev.sluice.model.Limits;

/**
 * What holds for one account: its limits, and for a key those of its tier as well, which count the same things; the
 * lower one of each holds.
 *
 * @param scope of the account
 * @param name of the account
 * @param own its limits
 * @param tier the tier's name, or null
 * @param tiers the tier's limits for each of its keys
 */
record Ceiling(Scope scope, String name, Limits own, String tier, Limits tiers) {

    boolean none() {
        return unlimited(own) && unlimited(tiers);
    }

    long of(Unit unit) {
        return lower(unit.of(own), unit.of(tiers));
    }

    long concurrency() {
        return lower(own.concurrency(), tiers.concurrency());
    }

    /** Who says so: {@code key ci}, or {@code tier gold (key ci)}. */
    String sayer(Unit unit) {
        return who(unit.of(own), unit.of(tiers));
    }

    String concurrencySayer() {
        return who(own.concurrency(), tiers.concurrency());
    }

    private String who(long ownLimit, long tierLimit) {
        boolean ownSays = tierLimit == 0 || ownLimit != 0 && ownLimit <= tierLimit;
        return Refusals.who(ownSays ? scope : Scope.TIER, ownSays ? name : tier, name);
    }

    private static boolean unlimited(Limits limits) {
        return limits.rpm() == 0
                && limits.tpm() == 0
                && limits.inputTpm() == 0
                && limits.outputTpm() == 0
                && limits.concurrency() == 0;
    }

    private static long lower(long one, long other) {
        if (one == 0 || other == 0) {
            return one + other;
        }
        return Math.min(one, other);
    }
}
