package dev.sluice.quota;

/**
 * The state of one limit, for response headers.
 *
 * @param limit per minute
 * @param remaining of the limit
 * @param resetMillis until the whole limit is available again if no other request comes
 */
public record LimitStatus(long limit, long remaining, long resetMillis) {

    static LimitStatus of(EffectiveLimits limits, Account account, LimitUnit unit, long millis) {
        long limit = limits.of(unit);
        SlidingWindow window = account.window(unit);
        long used = window.used(millis / Quota.SECOND);
        return new LimitStatus(limit, Math.max(0, limit - used), window.resetMillis(millis));
    }

    /** The one of which less is left, by its share; null is none. */
    static LimitStatus tighter(LimitStatus one, LimitStatus other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return (double) other.remaining / other.limit < (double) one.remaining / one.limit ? other : one;
    }
}
