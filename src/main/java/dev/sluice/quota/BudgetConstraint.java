package dev.sluice.quota;

import dev.sluice.quota.BudgetAlert.Kind;
import java.util.List;
import java.util.function.Consumer;

/**
 * One purse that a request may spend from, and the budgets that hold for it: a key's own and its tier's, when both are
 * for the same period, are two budgets on one purse.
 *
 * @param first a budget on it
 * @param second another, or null
 * @param share how much of a hard one this instance may give out
 */
record BudgetConstraint(
        Account account, BudgetAccount budgetAccount, BudgetLine first, BudgetLine second, InstanceShare share) {

    private static final int MARKS = 3;

    /** What no purse holds, and still no sum overflows. */
    private static final long BOUNDLESS = Long.MAX_VALUE / 2;

    boolean hard() {
        return first.budget().hard() || second != null && second.budget().hard();
    }

    /** The hard budget, the lower of two; all there is when none is hard. */
    long most() {
        long whole = Math.min(most(first), second == null ? BOUNDLESS : most(second));
        return whole == 0 || whole == BOUNDLESS ? whole : share.of(account.scope(), account.name(), whole);
    }

    /** Whose budget says no. */
    BudgetLine tightest() {
        return second != null && most(second) < most(first) ? second : first;
    }

    boolean reserve(long nanoUsd) {
        return budgetAccount.reserve(nanoUsd, most());
    }

    long left() {
        return budgetAccount.left(most());
    }

    List<BudgetLine> lines() {
        return second == null ? List.of(first) : List.of(first, second);
    }

    /** The purse that money of now belongs in, where the account was given back long ago. */
    void spendLate(Accounts accounts, long nanoUsd, long epochMillis) {
        Account again = accounts.enter(account.scope(), account.name(), 0);
        again.purse(first.budget().period(), epochMillis).spend(nanoUsd, 0);
        again.leave();
    }

    /** Tells of the marks that spending has passed in this period, each once. */
    void tellSpent(Consumer<BudgetAlert> alerts) {
        tellSpent(first, 0, alerts);
        if (second != null) {
            tellSpent(second, 1, alerts);
        }
    }

    void tellRefused(Consumer<BudgetAlert> alerts) {
        BudgetLine line = tightest();
        tell(line, line == first ? 0 : 1, Kind.REFUSED, alerts);
    }

    private void tellSpent(BudgetLine line, int at, Consumer<BudgetAlert> alerts) {
        long spent = budgetAccount.spent();
        long before = budgetAccount.restored();
        if (spent >= line.warning() && (before < line.warning() || before == 0)) {
            tell(line, at, Kind.WARNING, alerts);
        }
        long all = line.budget().nanoUsd();
        if (spent >= all && (before < all || before == 0)) {
            tell(line, at, Kind.SPENT, alerts);
        }
    }

    private void tell(BudgetLine line, int at, Kind kind, Consumer<BudgetAlert> alerts) {
        if (budgetAccount.tell(at * MARKS + mark(kind))) {
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

    private static long most(BudgetLine line) {
        return line.budget().hard() ? line.budget().nanoUsd() : BOUNDLESS;
    }
}
