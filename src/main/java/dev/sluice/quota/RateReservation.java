package dev.sluice.quota;

/**
 * What one reservation holds of one account: one concurrent request, and counts in its windows, each with the second it
 * is booked in.
 */
final class RateReservation {

    private static final long[] NOTHING = {};

    private final EffectiveLimits limits;
    private final Account account;
    private final long[] taken;
    private final long[] seconds;

    /** @param account acquired already; released by {@link #release} or {@link #settle} */
    RateReservation(EffectiveLimits limits, Account account, boolean counts) {
        this.limits = limits;
        this.account = account;
        taken = counts ? new long[LimitUnit.ALL.length] : NOTHING;
        seconds = counts ? new long[LimitUnit.ALL.length] : NOTHING;
    }

    EffectiveLimits limits() {
        return limits;
    }

    Account account() {
        return account;
    }

    /** Counts it where a limit applies; false when the limit is reached. */
    boolean take(LimitUnit unit, long count, long second) {
        long limit = limits.of(unit);
        if (limit == 0 || count == 0) {
            return true;
        }
        long booked = account.window(unit).take(count, limit, second);
        if (booked == SlidingWindow.REFUSED) {
            return false;
        }
        taken[unit.index()] = count;
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
        Account again = accounts.acquire(limits.scope(), limits.name(), 0);
        late(again, LimitUnit.TOKENS, input + output, second);
        late(again, LimitUnit.INPUT, input, second);
        late(again, LimitUnit.OUTPUT, output, second);
        again.release();
    }

    private void late(Account again, LimitUnit unit, long used, long second) {
        if (limits.of(unit) > 0) {
            again.window(unit).charge(used, second);
        }
    }

    private void settle(LimitUnit unit, long used, long second) {
        if (taken.length == 0 || limits.of(unit) == 0) {
            return;
        }
        long reserved = taken[unit.index()];
        if (used < reserved) {
            account.window(unit).release(reserved - used, seconds[unit.index()]);
        } else if (used > reserved) {
            account.window(unit).charge(used - reserved, second);
        }
    }
}
