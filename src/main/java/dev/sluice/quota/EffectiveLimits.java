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
 * @param share how much of each this instance may give out
 */
record EffectiveLimits(QuotaScope scope, String name, Limits own, String tier, Limits tiers, InstanceShare share) {

    boolean none() {
        return own.unlimited() && tiers.unlimited();
    }

    /** What this instance may give out of it in a minute; 0: no limit. */
    long of(LimitUnit unit) {
        return share(lower(unit.of(own), unit.of(tiers)));
    }

    long concurrency() {
        return share(lower(own.concurrency(), tiers.concurrency()));
    }

    /** Who says so: {@code key ci}, or {@code tier gold (key ci)}. */
    String sayer(LimitUnit unit) {
        return who(unit.of(own), unit.of(tiers));
    }

    String concurrencySayer() {
        return who(own.concurrency(), tiers.concurrency());
    }

    /** Never nothing: that would mean no limit. */
    private long share(long whole) {
        return whole == 0 ? 0 : Math.max(1, share.of(scope, name, whole));
    }

    private String who(long ownLimit, long tierLimit) {
        boolean ownSays = tierLimit == 0 || ownLimit != 0 && ownLimit <= tierLimit;
        return QuotaErrors.who(ownSays ? scope : QuotaScope.TIER, ownSays ? name : tier, name);
    }

    private static long lower(long one, long other) {
        if (one == 0 || other == 0) {
            return one + other;
        }
        return Math.min(one, other);
    }
}
