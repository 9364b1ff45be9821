package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Limits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reservation of one request in one account, and what is still counted after each end. */
class RateReservationTest {

    private static final Limits LIMITS = new Limits(2, 1_000, 600, 500, 3);

    private final Account account = new Account(QuotaScope.KEY, "ci");

    @BeforeEach
    void acquire() {
        account.acquire(3);
    }

    @Test
    void reservationsAreAdmittedUpToTheLimit() {
        RateReservation reservation = reservation(LIMITS, true);

        assertThat(reservation.reserve(LimitUnit.TOKENS, 1_001, 100)).isFalse();
        assertThat(reservation.reserve(LimitUnit.TOKENS, 1_000, 100)).isTrue();
        assertThat(used(LimitUnit.TOKENS, 100)).isEqualTo(1_000);
        assertThat(reservation(LIMITS, true).reserve(LimitUnit.TOKENS, 1, 100)).isFalse();
    }

    @Test
    void nothingIsCountedWithoutALimit() {
        RateReservation reservation = reservation(new Limits(0, 0, 600, 0, 0), true);

        assertThat(reservation.reserve(LimitUnit.TOKENS, 1_000_000, 100)).isTrue();
        assertThat(used(LimitUnit.TOKENS, 100)).isZero();
    }

    @Test
    void zeroTokensPassAFullLimit() {
        reservation(LIMITS, true).reserve(LimitUnit.TOKENS, 1_000, 100);

        assertThat(reservation(LIMITS, true).reserve(LimitUnit.TOKENS, 0, 100)).isTrue();
    }

    @Test
    void aReleaseReturnsTheTokensAndTheRequest() {
        RateReservation reservation = taken();

        reservation.release();

        for (LimitUnit unit : LimitUnit.ALL) {
            assertThat(used(unit, 100)).as(unit.name()).isZero();
        }
        assertThat(account.concurrency()).isZero();
    }

    @Test
    void aSettlementKeepsTheRequestAndTheTokensUsed() {
        RateReservation reservation = taken();

        reservation.settle(50, 20, 103);

        assertThat(used(LimitUnit.REQUESTS, 103)).isEqualTo(1);
        assertThat(used(LimitUnit.TOKENS, 103)).isEqualTo(70);
        assertThat(used(LimitUnit.INPUT, 103)).isEqualTo(50);
        assertThat(used(LimitUnit.OUTPUT, 103)).isEqualTo(20);
        assertThat(account.concurrency()).isZero();
    }

    @Test
    void usageEqualToTheReservationChangesNothing() {
        taken().settle(100, 200, 103);

        assertThat(used(LimitUnit.TOKENS, 103)).isEqualTo(300);
        assertThat(used(LimitUnit.INPUT, 103)).isEqualTo(100);
        assertThat(used(LimitUnit.OUTPUT, 103)).isEqualTo(200);
    }

    @Test
    void excessUsageIsChargedEvenAboveTheLimit() {
        taken().settle(100, 2_000, 110);

        assertThat(used(LimitUnit.OUTPUT, 110)).isEqualTo(2_000);
        // The reserved part expires by the second of the reservation, the rest by the second of the end.
        assertThat(used(LimitUnit.OUTPUT, 161)).isEqualTo(1_800);
        assertThat(used(LimitUnit.OUTPUT, 171)).isZero();
    }

    @Test
    void aReleaseAfterTheMinuteReleasesNothingTwice() {
        RateReservation old = taken();
        account.acquire(3);
        RateReservation fresh = reservation(LIMITS, true);
        fresh.reserve(LimitUnit.TOKENS, 400, 164); // the same slot as second 100

        old.release();

        assertThat(used(LimitUnit.TOKENS, 164)).isEqualTo(400);
    }

    @Test
    void aReservationWithoutCountsHoldsOnlyAPermit() {
        RateReservation reservation = reservation(new Limits(0, 0, 0, 0, 3), false);
        assertThat(account.concurrency()).isEqualTo(1);

        reservation.settle(50, 20, 103);

        assertThat(account.concurrency()).isZero();
        assertThat(used(LimitUnit.TOKENS, 103)).isZero();
    }

    @Test
    void lateTokensAreChargedAndTheAccountIsReleased() {
        Accounts accounts = new Accounts();

        reservation(new Limits(0, 1_000, 0, 500, 0), true).settleLate(accounts, 30, 12, 400);

        Account again = accounts.find(QuotaScope.KEY, "ci");
        assertThat(again.window(LimitUnit.TOKENS).used(400)).isEqualTo(42);
        assertThat(again.window(LimitUnit.OUTPUT).used(400)).isEqualTo(12);
        assertThat(again.window(LimitUnit.INPUT).used(400)).as("no such limit").isZero();
        assertThat(again.concurrency()).isZero();
        assertThat(account.concurrency())
                .as("the old account was released before")
                .isEqualTo(1);
    }

    /** 1 request, 300 tokens, of which 100 input and 200 output, in second 100. */
    private RateReservation taken() {
        RateReservation reservation = reservation(LIMITS, true);
        assertThat(reservation.reserve(LimitUnit.REQUESTS, 1, 100)).isTrue();
        assertThat(reservation.reserve(LimitUnit.TOKENS, 300, 100)).isTrue();
        assertThat(reservation.reserve(LimitUnit.INPUT, 100, 100)).isTrue();
        assertThat(reservation.reserve(LimitUnit.OUTPUT, 200, 100)).isTrue();
        return reservation;
    }

    private RateReservation reservation(Limits limits, boolean counts) {
        return new RateReservation(
                new EffectiveLimits(QuotaScope.KEY, "ci", limits, null, Limits.NONE, InstanceShare.ALL),
                account,
                counts);
    }

    private long used(LimitUnit unit, long second) {
        return account.window(unit).used(second);
    }
}
