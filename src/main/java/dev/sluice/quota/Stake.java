package dev.sluice.quota;

/**
 * What one grant has taken of one account: a place, and counts in its windows, each with the second it is booked in.
 */
final class Stake {

    private static final long[] NOTHING = {};

    private final Ceiling ceiling;
    private final Account account;
    private final long[] taken;
    private final long[] seconds;

    /** @param account entered already; left by {@link #giveBack} or {@link #settle} */
    Stake(Ceiling ceiling, Account account, boolean counts) {
        this.ceiling = ceiling;
        this.account = account;
        taken = counts ? new long[Unit.ALL.length] : NOTHING;
        seconds = counts ? new long[Unit.ALL.length] : NOTHING;
    }

    Ceiling ceiling() {
        return ceiling;
    }

    Account account() {
        return account;
    }

    /** Takes it where there is a limit on it; false when that is used up. */
    boolean take(Unit unit, long count, long second) {
        long limit = ceiling.of(unit);
        if (limit == 0 || count == 0) {
            return true;
        }
        long booked = account.window(unit).take(count, limit, second);
        if (booked == Window.REFUSED) {
            return false;
        }
        taken[unit.index()] = count;
        seconds[unit.index()] = booked;
        return true;
    }

    /** Everything goes back, as if it had never been asked for. */
    void giveBack() {
        for (Unit unit : Unit.ALL) {
            settle(unit, 0, 0);
        }
        account.leave();
    }

    /** The end: tokens as they were, the request counted, the place given back. */
    void settle(long input, long output, long second) {
        settle(Unit.TOKENS, input + output, second);
        settle(Unit.INPUT, input, second);
        settle(Unit.OUTPUT, output, second);
        account.leave();
    }

    /** Charges tokens after the end, when the account may have been thrown away. */
    void settleLate(Accounts accounts, long input, long output, long second) {
        Account again = accounts.enter(ceiling.scope(), ceiling.name(), 0);
        late(again, Unit.TOKENS, input + output, second);
        late(again, Unit.INPUT, input, second);
        late(again, Unit.OUTPUT, output, second);
        again.leave();
    }

    private void late(Account again, Unit unit, long used, long second) {
        if (ceiling.of(unit) > 0) {
            again.window(unit).charge(used, second);
        }
    }

    private void settle(Unit unit, long used, long second) {
        if (taken.length == 0 || ceiling.of(unit) == 0) {
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
