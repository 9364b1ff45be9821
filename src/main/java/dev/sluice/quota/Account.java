package dev.sluice.quota;

import dev.sluice.model.Budget.Period;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * What one key, team, route or provider has used: whatever it is allowed. Who is in ({@link #enter}) may use it until
 * {@link #leave}; nothing is thrown away while somebody is in.
 */
final class Account {

    /** What {@link #enter} found. */
    enum Entry {
        IN,
        /** As many are in as may be. */
        FULL,
        /** Being thrown away, wholly or in part: ask for it anew. */
        CLOSED
    }

    private static final int SHUT = Integer.MIN_VALUE;

    private final QuotaScope scope;
    private final String name;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicReferenceArray<SlidingWindow> windows = new AtomicReferenceArray<>(LimitUnit.ALL.length);
    private final AtomicReferenceArray<BudgetAccount> purses = new AtomicReferenceArray<>(BudgetPeriods.COUNT);

    Account(QuotaScope scope, String name) {
        this.scope = scope;
        this.name = name;
    }

    QuotaScope scope() {
        return scope;
    }

    String name() {
        return name;
    }

    /** @param most how many may be in at once, 0 for any number */
    Entry enter(long most) {
        int before;
        do {
            before = inside.get();
            if (before < 0) {
                return Entry.CLOSED;
            }
            if (most > 0 && before >= most) {
                return Entry.FULL;
            }
        } while (!inside.compareAndSet(before, before + 1));
        return Entry.IN;
    }

    void leave() {
        inside.decrementAndGet();
    }

    int inside() {
        return Math.max(0, inside.get());
    }

    SlidingWindow window(LimitUnit unit) {
        SlidingWindow window = windows.get(unit.index());
        if (window != null) {
            return window;
        }
        SlidingWindow fresh = new SlidingWindow();
        SlidingWindow other = windows.compareAndExchange(unit.index(), null, fresh);
        return other == null ? fresh : other;
    }

    /** The purse of the period of this moment. A clock set back stays with the purse that is there. */
    BudgetAccount purse(Period per, long epochMillis) {
        BudgetAccount budgetAccount = purses.get(BudgetPeriods.index(per));
        if (budgetAccount != null && !budgetAccount.over(epochMillis)) {
            return budgetAccount;
        }
        BudgetAccount fresh = new BudgetAccount(BudgetPeriods.end(per, epochMillis));
        BudgetAccount other = purses.compareAndExchange(BudgetPeriods.index(per), budgetAccount, fresh);
        return other == budgetAccount || other == null ? fresh : other;
    }

    void eachPurse(Consumer<BudgetAccount> use) {
        for (int i = 0; i < purses.length(); i++) {
            BudgetAccount budgetAccount = purses.get(i);
            if (budgetAccount != null) {
                use.accept(budgetAccount);
            }
        }
    }

    /**
     * Throws away what is over, when nobody is in.
     *
     * @return true when nothing is left; the account then stays shut and must be taken out of the map
     */
    boolean prune(long second, long epochMillis) {
        if (!inside.compareAndSet(0, SHUT)) {
            return false;
        }
        boolean empty = true;
        for (int i = 0; i < windows.length(); i++) {
            SlidingWindow window = windows.get(i);
            if (window != null && window.used(second) == 0) {
                windows.set(i, null);
            }
            empty &= windows.get(i) == null;
        }
        for (int i = 0; i < purses.length(); i++) {
            BudgetAccount budgetAccount = purses.get(i);
            if (budgetAccount != null && (budgetAccount.over(epochMillis) || budgetAccount.untouched())) {
                purses.set(i, null);
            }
            empty &= purses.get(i) == null;
        }
        if (!empty) {
            inside.set(0);
        }
        return empty;
    }
}
