package dev.sluice.quota;

import dev.sluice.quota.BudgetAlert.Kind;
import java.util.List;
import java.util.function.Consumer;

/**
 * One budget account that a request spends from, with the budgets that apply to it. A key's own budget and its tier's
 * share one account when they have the same period.
 *
 * @param first a budget of the account
 * @param second another budget of the account, or null
 * @param share the part of a hard budget that this instance may use
 */
record BudgetConstraint(
        Account account, BudgetAccount budgetAccount, BudgetLine first, BudgetLine second, InstanceShare share) {

    private static final int MARKS = 3;

    /** Above any budget, and sums of it do not overflow. */
    private static final long UNLIMITED = Long.MAX_VALUE / 2;

    boolean hard() {
        return first.budget().hard() || second != null && second.budget().hard();
    }

    /** The lower hard budget; {@link #UNLIMITED} when none is hard. */
    long hardLimit() {
        long total = Math.min(hardLimit(first), second == null ? UNLIMITED : hardLimit(second));
        return total == 0 || total == UNLIMITED ? total : share.of(account.scope(), account.name(), total);
    }

    /** The budget that refuses first. */
    BudgetLine tightest() {
        return second != null && hardLimit(second) < hardLimit(first) ? second : first;
    }

    /** The hard budget that refuses what cannot be counted, or null. */
    BudgetLine refusingUncounted() {
        if (first.budget().refusesUncounted()) {
            return first;
        }
        return second != null && second.budget().refusesUncounted() ? second : null;
    }

    boolean reserve(long nanoUsd) {
        return budgetAccount.reserve(nanoUsd, hardLimit());
    }

    long remaining() {
        return budgetAccount.remaining(hardLimit());
    }

    List<BudgetLine> lines() {
        return second == null ? List.of(first) : List.of(first, second);
    }

    /** Charges the account of the current period after the reservation was closed. */
    void spendLate(Accounts accounts, long nanoUsd, long epochMillis) {
        Account current = accounts.acquire(account.scope(), account.name(), 0);
        current.budgetAccount(first.budget().period(), epochMillis).spend(nanoUsd, 0);
        current.release();
    }

    /** Raises an alert for each threshold that spending has passed, once per period. */
    void alertSpent(Consumer<BudgetAlert> alerts) {
        alertSpent(first, 0, alerts);
        if (second != null) {
            alertSpent(second, 1, alerts);
        }
    }

    void alertRefused(Consumer<BudgetAlert> alerts) {
        BudgetLine line = tightest();
        alert(line, line == first ? 0 : 1, Kind.REFUSED, alerts);
    }

    private void alertSpent(BudgetLine line, int at, Consumer<BudgetAlert> alerts) {
        long spent = budgetAccount.spent();
        long before = budgetAccount.restored();
        if (spent >= line.warningThreshold() && (before < line.warningThreshold() || before == 0)) {
            alert(line, at, Kind.WARNING, alerts);
        }
        long all = line.budget().nanoUsd();
        if (spent >= all && (before < all || before == 0)) {
            alert(line, at, Kind.SPENT, alerts);
        }
    }

    private void alert(BudgetLine line, int at, Kind kind, Consumer<BudgetAlert> alerts) {
        if (budgetAccount.firstAlert(at * MARKS + mark(kind))) {
            alerts.accept(
                    new BudgetAlert(line.scope(), line.name(), line.key(), budgetAccount.spent(), line.budget(), kind));
        }
    }

    private static int mark(Kind kind) {
        return switch (kind) {
            case WARNING -> 0;
            case SPENT -> 1;
            case REFUSED -> 2;
        };
    }

    private static long hardLimit(BudgetLine line) {
        return line.budget().hard() ? line.budget().nanoUsd() : UNLIMITED;
    }
}
