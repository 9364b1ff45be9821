package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.quota.BudgetAlert.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The budgets of one account: which of two refuses, and which alerts spending raises. */
class BudgetConstraintTest {

    private final Account account = new Account(QuotaScope.KEY, "ci");
    private final BudgetAccount budgetAccount = new BudgetAccount(Long.MIN_VALUE, Long.MAX_VALUE);
    private final List<BudgetAlert> alerts = new ArrayList<>();

    @Test
    void theLowerHardBudgetIsTheLimit() {
        BudgetConstraint both = constraint(key(100, true), tier(60, true));

        assertThat(both.hardLimit()).isEqualTo(60);
        assertThat(both.tightest().scope()).isEqualTo(QuotaScope.TIER);
        assertThat(both.reserve(61)).isFalse();
        assertThat(both.reserve(60)).isTrue();
        assertThat(both.remaining()).isZero();
    }

    @Test
    void ofTwoEqualBudgetsTheKeysOwnRefuses() {
        assertThat(constraint(key(60, true), tier(60, true)).tightest().scope()).isEqualTo(QuotaScope.KEY);
    }

    @Test
    void aSoftBudgetNeverRefuses() {
        BudgetConstraint soft = constraint(key(10, false), null);

        assertThat(soft.hard()).isFalse();
        assertThat(soft.reserve(1_000_000)).isTrue();
    }

    @Test
    void aSoftBudgetBesideAHardOneIsNoLimit() {
        BudgetConstraint mixed = constraint(key(10, false), tier(60, true));

        assertThat(mixed.hard()).isTrue();
        assertThat(mixed.hardLimit()).isEqualTo(60);
        assertThat(mixed.tightest().scope()).isEqualTo(QuotaScope.TIER);
    }

    @Test
    void theInstanceShareAppliesToHardBudgetsOnly() {
        InstanceShare half = (scope, name, whole) -> whole / 2;

        assertThat(new BudgetConstraint(account, budgetAccount, key(100, true), null, half).hardLimit())
                .isEqualTo(50);
        assertThat(new BudgetConstraint(account, budgetAccount, key(0, true), null, (scope, name, whole) -> {
                            throw new AssertionError("a budget of nothing has no shares");
                        })
                        .hardLimit())
                .isZero();
        assertThat(new BudgetConstraint(account, budgetAccount, key(100, false), null, half).hardLimit())
                .isEqualTo(Long.MAX_VALUE / 2);
    }

    @Test
    void aWarningIsRaisedOnceAtItsThreshold() {
        BudgetConstraint constraint = constraint(key(100, true), null);

        spend(constraint, 79);
        assertThat(alerts).isEmpty();
        spend(constraint, 1);
        spend(constraint, 1);

        assertThat(alerts)
                .containsExactly(new BudgetAlert(
                        QuotaScope.KEY, "ci", "ci", 80, constraint.first().budget(), Kind.WARNING));
    }

    @Test
    void spendingTheWholeBudgetAtOnceRaisesBothAlerts() {
        spend(constraint(key(100, true), null), 100);

        assertThat(alerts).extracting(BudgetAlert::kind).containsExactly(Kind.WARNING, Kind.SPENT);
    }

    @Test
    void eachBudgetOfTheAccountHasItsOwnAlerts() {
        spend(constraint(key(100, true), tier(90, false)), 85);

        assertThat(alerts)
                .extracting(alert -> alert.scope() + " " + alert.kind())
                .containsExactly("KEY WARNING", "TIER WARNING");
    }

    @Test
    void aRefusalAlertsForTheBudgetThatRefusesOnce() {
        BudgetConstraint both = constraint(key(100, true), tier(60, true));

        both.alertRefused(alerts::add);
        both.alertRefused(alerts::add);

        assertThat(alerts)
                .extracting(alert -> alert.scope() + " " + alert.kind())
                .containsExactly("TIER REFUSED");
    }

    /** An earlier process, or another instance, has raised the alert. */
    @Test
    void spendingBeforeTheStartRaisesNoAlert() {
        BudgetConstraint constraint = constraint(key(100, true), null);
        budgetAccount.restore(80, 0);

        constraint.alertSpent(alerts::add);
        assertThat(alerts).isEmpty();

        spend(constraint, 20);
        assertThat(alerts).extracting(BudgetAlert::kind).containsExactly(Kind.SPENT);
    }

    @Test
    void aBudgetOfZeroIsExhaustedFromTheStart() {
        constraint(key(0, true), null).alertSpent(alerts::add);

        assertThat(alerts).extracting(BudgetAlert::kind).containsExactly(Kind.WARNING, Kind.SPENT);
    }

    @Test
    void lateSpendingChargesTheCurrentPeriod() {
        Accounts accounts = new Accounts();
        BudgetConstraint constraint = constraint(key(100, true), null);

        constraint.spendLate(accounts, 7, 1_764_000_000_000L);

        Account charged = accounts.find(QuotaScope.KEY, "ci");
        assertThat(charged.budgetAccount(Period.MONTH, 1_764_000_000_000L).spent())
                .isEqualTo(7);
        assertThat(charged.concurrency()).as("the account is released again").isZero();
        assertThat(budgetAccount.spent()).isZero();
    }

    private void spend(BudgetConstraint constraint, long nanoUsd) {
        budgetAccount.spend(nanoUsd, 0);
        constraint.alertSpent(alerts::add);
    }

    private BudgetConstraint constraint(BudgetLine first, BudgetLine second) {
        return new BudgetConstraint(account, budgetAccount, first, second, InstanceShare.ALL);
    }

    private static BudgetLine key(long nanoUsd, boolean hard) {
        return new BudgetLine(QuotaScope.KEY, "ci", "ci", new Budget(nanoUsd, Period.MONTH, 0.8, hard));
    }

    private static BudgetLine tier(long nanoUsd, boolean hard) {
        return new BudgetLine(QuotaScope.TIER, "gold", "ci", new Budget(nanoUsd, Period.MONTH, 0.8, hard));
    }
}
