package dev.sluice.quota;

import dev.sluice.model.Budget.Period;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The usage of one key, team, route or provider: concurrent requests, windows and budget accounts. A request holds the
 * account between {@link #acquire} and {@link #release}; nothing is pruned while a request holds it.
 */
final class Account {

    /** The results of {@link #acquire}. */
    enum Acquisition {
        ACQUIRED,
        /** The concurrency limit is reached. */
        FULL,
        /** Being pruned: look the account up again. */
        CLOSED
    }

    private static final int CLOSED_FOR_PRUNING = Integer.MIN_VALUE;

    private final QuotaScope scope;
    private final String name;
    private final AtomicInteger concurrency = new AtomicInteger();
    private final AtomicReferenceArray<SlidingWindow> windows = new AtomicReferenceArray<>(LimitUnit.ALL.length);
    private final AtomicReferenceArray<BudgetAccount> budgetAccounts = new AtomicReferenceArray<>(BudgetPeriods.COUNT);

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

    /** @param limit the concurrency limit; 0 for none */
    Acquisition acquire(long limit) {
        int before;
        do {
            before = concurrency.get();
            if (before < 0) {
                return Acquisition.CLOSED;
            }
            if (limit > 0 && before >= limit) {
                return Acquisition.FULL;
            }
        } while (!concurrency.compareAndSet(before, before + 1));
        return Acquisition.ACQUIRED;
    }

    void release() {
        concurrency.decrementAndGet();
    }

    int concurrency() {
        return Math.max(0, concurrency.get());
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

    /**
     * The budget account of the period at this time. When the clock is set back, the account of that period returns.
     */
    BudgetAccount budgetAccount(Period per, long epochMillis) {
        BudgetAccount budgetAccount = budgetAccounts.get(BudgetPeriods.index(per));
        return budgetAccount != null && budgetAccount.covers(epochMillis)
                ? budgetAccount
                : replace(budgetAccount, per, epochMillis);
    }

    /** The present account of a period; null when there is none. */
    BudgetAccount presentBudgetAccount(Period per) {
        return budgetAccounts.get(BudgetPeriods.index(per));
    }

    private BudgetAccount replace(BudgetAccount before, Period per, long epochMillis) {
        BudgetAccount earlier = before == null ? null : before.replaced();
        BudgetAccount next = earlier != null && earlier.covers(epochMillis)
                ? earlier
                : new BudgetAccount(BudgetPeriods.start(per, epochMillis), BudgetPeriods.end(per, epochMillis));
        BudgetAccount other = budgetAccounts.compareAndExchange(BudgetPeriods.index(per), before, next);
        if (other != before) {
            return other == null ? next : other;
        }
        if (before != null) {
            next.replaces(before);
        }
        return next;
    }

    void eachBudgetAccount(Consumer<BudgetAccount> use) {
        for (int i = 0; i < budgetAccounts.length(); i++) {
            BudgetAccount budgetAccount = budgetAccounts.get(i);
            if (budgetAccount != null) {
                use.accept(budgetAccount);
            }
        }
    }

    /**
     * Drops expired state, unless a request holds the account.
     *
     * @return true when nothing is left; the account then stays closed and must be removed from its map
     */
    boolean prune(long second, long epochMillis) {
        if (!concurrency.compareAndSet(0, CLOSED_FOR_PRUNING)) {
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
        for (int i = 0; i < budgetAccounts.length(); i++) {
            BudgetAccount budgetAccount = budgetAccounts.get(i);
            if (budgetAccount != null && (!budgetAccount.covers(epochMillis) || budgetAccount.unused())) {
                budgetAccounts.set(i, null);
            }
            empty &= budgetAccounts.get(i) == null;
        }
        if (!empty) {
            concurrency.set(0);
        }
        return empty;
    }
}
