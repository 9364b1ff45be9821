package dev.sluice.quota;

/**
 * The part of a reservation that is held in one account: one concurrent request, and counts in the windows, each with
 * the second in which it is booked.
 */
final class RateReservation {

    private static final long[] NOTHING = {};

    private final EffectiveLimits limits;
    private final Account account;
    private final long[] reservedCounts;
    private final long[] seconds;

    /** @param account acquired already; released by {@link #release} or {@link #settle} */
    RateReservation(EffectiveLimits limits, Account account, boolean counts) {
        this.limits = limits;
        this.account = account;
        reservedCounts = counts ? new long[LimitUnit.ALL.length] : NOTHING;
        seconds = counts ? new long[LimitUnit.ALL.length] : NOTHING;
    }

    EffectiveLimits limits() {
        return limits;
    }

    Account account() {
        return account;
    }

    /** Reserves the count where a limit applies; false when the limit is reached. */
    boolean reserve(LimitUnit unit, long count, long second) {
        long limit = limits.of(unit);
        if (limit == 0 || count == 0) {
            return true;
        }
        long booked = account.window(unit).reserve(count, limit, second);
        if (booked == SlidingWindow.REFUSED) {
            return false;
        }
        reservedCounts[unit.index()] = count;
        seconds[unit.index()] = booked;
        return true;
    }

    /** Releases everything, including the request count. */
    void release() {
        for (LimitUnit unit : LimitUnit.ALL) {
            settle(unit, 0, 0);
        }
        account.release();
    }

    /** Replaces the reserved tokens by the tokens used and releases the account. The request stays counted. */
    void settle(long input, long output, long second) {
        settle(LimitUnit.TOKENS, input + output, second);
        settle(LimitUnit.INPUT, input, second);
        settle(LimitUnit.OUTPUT, output, second);
        account.release();
    }

    /** Charges tokens after the reservation was closed, when the account may have been pruned. */
    void settleLate(Accounts accounts, long input, long output, long second) {
        Account current = accounts.acquire(limits.scope(), limits.name(), 0);
        chargeLate(current, LimitUnit.TOKENS, input + output, second);
        chargeLate(current, LimitUnit.INPUT, input, second);
        chargeLate(current, LimitUnit.OUTPUT, output, second);
        current.release();
    }

    private void chargeLate(Account current, LimitUnit unit, long used, long second) {
        if (limits.of(unit) > 0) {
            current.window(unit).charge(used, second);
        }
    }

    private void settle(LimitUnit unit, long used, long second) {
        if (reservedCounts.length == 0 || limits.of(unit) == 0) {
            return;
        }
        long reserved = reservedCounts[unit.index()];
        if (used < reserved) {
            account.window(unit).release(reserved - used, seconds[unit.index()]);
        } else if (used > reserved) {
            account.window(unit).charge(used - reserved, second);
        }
    }
}
