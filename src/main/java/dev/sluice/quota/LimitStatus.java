package dev.sluice.quota;

/**
 * Where a caller stands with one limit.
 *
 * @param limit a minute
 * @param remaining of it, now
 * @param resetMillis until all of it is free again, if nobody asked meanwhile
 */
public record LimitStatus(long limit, long remaining, long resetMillis) {

    static LimitStatus of(EffectiveLimits limits, Account account, LimitUnit unit, long millis) {
        long limit = limits.of(unit);
        SlidingWindow window = account.window(unit);
        long used = window.used(millis / Quota.SECOND);
        return new LimitStatus(limit, Math.max(0, limit - used), window.freeMillis(millis));
    }

    /** The one of which less is left, by its share; null is none. */
    static LimitStatus tighter(LimitStatus one, LimitStatus other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return (double) other.remaining / other.limit < (double) one.remaining / one.limit ? other : one;
    }
}
