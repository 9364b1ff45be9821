package dev.sluice.quota;

/**
 * What one grant has taken of one account: a place, and counts in its windows, each with the second it is booked in.
 */
final class RateReservation {

    private static final long[] NOTHING = {};

    private final EffectiveLimits limits;
    private final Account account;
    private final long[] taken;
    private final long[] seconds;

    /** @param account entered already; left by {@link #giveBack} or {@link #settle} */
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

    /** Takes it where there is a limit on it; false when that is used up. */
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

    /** Everything goes back, as if it had never been asked for. */
    void giveBack() {
        for (LimitUnit unit : LimitUnit.ALL) {
            settle(unit, 0, 0);
        }
        account.leave();
    }

    /** The end: tokens as they were, the request counted, the place given back. */
    void settle(long input, long output, long second) {
        settle(LimitUnit.TOKENS, input + output, second);
        settle(LimitUnit.INPUT, input, second);
        settle(LimitUnit.OUTPUT, output, second);
        account.leave();
    }

    /** Charges tokens after the end, when the account may have been thrown away. */
    void settleLate(Accounts accounts, long input, long output, long second) {
        Account again = accounts.enter(limits.scope(), limits.name(), 0);
        late(again, LimitUnit.TOKENS, input + output, second);
        late(again, LimitUnit.INPUT, input, second);
        late(again, LimitUnit.OUTPUT, output, second);
        again.leave();
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
            account.window(unit).giveBack(reserved - used, seconds[unit.index()]);
        } else if (used > reserved) {
            account.window(unit).charge(used - reserved, second);
        }
    }
}
