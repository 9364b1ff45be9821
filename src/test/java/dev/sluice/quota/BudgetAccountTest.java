package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The spending and reservations of one period: a reservation never takes their sum above the budget. */
class BudgetAccountTest {

    private final BudgetAccount account = new BudgetAccount(500, 1_000);

    @Test
    void theWholeBudgetCanBeReservedAndNotMore() {
        assertThat(account.reserve(60, 100)).isTrue();
        assertThat(account.reserve(41, 100)).isFalse();
        assertThat(account.reserve(40, 100)).isTrue();
        assertThat(account.reserve(1, 100)).isFalse();
        assertThat(account.reserve(0, 100)).isTrue();

        assertThat(account.reserved()).isEqualTo(100);
        assertThat(account.spent()).isZero();
    }

    @Test
    void aHugeRequestDoesNotOverflow() {
        account.spend(100, 0);

        assertThat(account.reserve(Long.MAX_VALUE, 50)).isFalse();
        assertThat(account.reserve(WorstCase.HIGHEST_NANO, Long.MAX_VALUE / 2)).isTrue();
        assertThat(account.remaining(50)).isNegative();
    }

    @Test
    void spendingReplacesTheReservation() {
        account.reserve(60, 100);

        account.spend(50, 60);

        assertThat(account.spent()).isEqualTo(50);
        assertThat(account.reserved()).isZero();
        assertThat(account.remaining(100)).isEqualTo(50);
    }

    @Test
    void spendingMayExceedTheReservationAndTheBudget() {
        account.reserve(60, 100);

        account.spend(150, 60);

        assertThat(account.spent()).isEqualTo(150);
        assertThat(account.remaining(100)).isEqualTo(-50);
        assertThat(account.reserve(0, 100)).isFalse();
    }

    @Test
    void aReleasedReservationCanBeReservedAgain() {
        account.reserve(100, 100);
        account.release(30);

        assertThat(account.reserve(31, 100)).isFalse();
        assertThat(account.reserve(30, 100)).isTrue();
    }

    @Test
    void theLedgersSumRaisesTheSpendingAndNeverLowersIt() {
        account.spend(10, 0);

        account.restore(40, 10);
        assertThat(account.spent()).isEqualTo(40);
        assertThat(account.remaining(100)).isEqualTo(60);
        assertThat(account.restored()).isEqualTo(40);

        account.restore(40, 40);
        account.restore(20, 40);
        assertThat(account.spent()).isEqualTo(40);
        assertThat(account.remaining(100)).isEqualTo(60);
        assertThat(account.restored()).isEqualTo(40);
    }

    /** The ledger was read when 10 were counted; these 10 are in its 40, and the 5 since then are not. */
    @Test
    void spendingWhileTheLedgerIsReadIsNotLost() {
        account.spend(10, 0);
        account.spend(5, 0);

        account.restore(40, 10);

        assertThat(account.spent()).isEqualTo(45);
        assertThat(account.remaining(100)).isEqualTo(55);
    }

    @Test
    void aRestoreLeavesReservationsAlone() {
        account.reserve(25, 100);

        account.restore(40, 0);

        assertThat(account.reserved()).isEqualTo(25);
        assertThat(account.remaining(100)).isEqualTo(35);
    }

    @Test
    void eachMarkAlertsOnce() {
        assertThat(account.firstAlert(0)).isTrue();
        assertThat(account.firstAlert(5)).isTrue();
        assertThat(account.firstAlert(0)).isFalse();
        assertThat(account.firstAlert(5)).isFalse();
        assertThat(account.firstAlert(1)).isTrue();
    }

    @Test
    void anAccountIsUnusedOnlyWithoutSpendingAndReservations() {
        assertThat(account.unused()).isTrue();

        account.reserve(1, 100);
        assertThat(account.unused()).isFalse();

        account.release(1);
        assertThat(account.unused()).isTrue();

        account.spend(1, 0);
        assertThat(account.unused()).isFalse();
    }

    @Test
    void aPeriodCoversItsOwnTimeOnly() {
        assertThat(account.covers(499)).isFalse();
        assertThat(account.covers(500)).isTrue();
        assertThat(account.covers(999)).isTrue();
        assertThat(account.covers(1_000)).isFalse();
    }
}
