package dev.sluice.quota;

import dev.sluice.model.Limits;

/**
 * The limits that apply to one account: its own and, for a key, those of its tier. The lower of two applies.
 *
 * @param scope of the account
 * @param name of the account
 * @param own its limits
 * @param tier the tier's name, or null
 * @param tierLimits the tier's limits for each of its keys
 * @param share the part of each limit that this instance may use
 */
record EffectiveLimits(QuotaScope scope, String name, Limits own, String tier, Limits tierLimits, InstanceShare share) {

    boolean none() {
        return own.unlimited() && tierLimits.unlimited();
    }

    /** What this instance may admit per minute; 0 for no limit. */
    long of(LimitUnit unit) {
        return share(lower(unit.of(own), unit.of(tierLimits)));
    }

    long concurrency() {
        return share(lower(own.concurrency(), tierLimits.concurrency()));
    }

    /** The source of the limit, for messages: {@code key ci}, or {@code tier gold (key ci)}. */
    String source(LimitUnit unit) {
        return sourceOf(unit.of(own), unit.of(tierLimits));
    }

    String concurrencySource() {
        return sourceOf(own.concurrency(), tierLimits.concurrency());
    }

    /** At least 1, since 0 means no limit. */
    private long share(long limit) {
        return limit == 0 ? 0 : Math.max(1, share.of(scope, name, limit));
    }

    private String sourceOf(long ownLimit, long tierLimit) {
        boolean ownApplies = tierLimit == 0 || ownLimit != 0 && ownLimit <= tierLimit;
        return QuotaErrors.label(ownApplies ? scope : QuotaScope.TIER, ownApplies ? name : tier, name);
    }

    private static long lower(long one, long other) {
        if (one == 0 || other == 0) {
            return one + other;
        }
        return Math.min(one, other);
    }
}
