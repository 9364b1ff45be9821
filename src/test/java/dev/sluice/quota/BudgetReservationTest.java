package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.Limits;
import dev.sluice.quota.BudgetAlert.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The money of one request: reserved in every account or in none, spent and released exactly once. */
class BudgetReservationTest {

    /** Nano-dollars: 1 for each prompt token, 10 for each completion token. */
    private static final WorstCase WORST = new WorstCase(1_000, 10_000, null);

    private final BudgetAccount key = new BudgetAccount(Long.MIN_VALUE, Long.MAX_VALUE);
    private final BudgetAccount team = new BudgetAccount(Long.MIN_VALUE, Long.MAX_VALUE);
    private final List<BudgetAlert> alerts = new ArrayList<>();

    @Test
    void theWorstCaseIsReservedInEveryAccount() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));

        assertThat(reservation.reserve(WORST)).isNull();

        assertThat(key.reserved()).isEqualTo(1_100);
        assertThat(team.reserved()).isEqualTo(1_100);
        assertThat(reservation.completion()).isEqualTo(100);
    }

    @Test
    void theCostOfManyAttemptsDoesNotOverflow() {
        long highest = WorstCase.HIGHEST_NANO;

        assertThat(BudgetReservation.times(highest, 1)).isEqualTo(highest);
        // Four times the highest is a negative number of 64 bits.
        assertThat(BudgetReservation.times(highest, 4)).isEqualTo(highest);
        assertThat(BudgetReservation.times(highest, 5)).isEqualTo(highest);
        assertThat(BudgetReservation.times(7, 3)).isEqualTo(21);
        assertThat(BudgetReservation.times(0, 3)).isZero();
    }

    @Test
    void aRefusalByOneAccountReservesInNone() {
        BudgetReservation reservation = reservation(5_000, 1_099, capped(100, 100));

        BudgetConstraint refusing = reservation.reserve(WORST);

        assertThat(refusing.account().name()).isEqualTo("core");
        assertThat(key.reserved()).isZero();
        assertThat(team.reserved()).isZero();
    }

    @Test
    void aCompletionWithoutALimitGetsAllOfASmallBudget() {
        BudgetReservation reservation = reservation(100 + 10 * 1_024, 1_000_000, uncapped(100, 1, 16_384));

        assertThat(reservation.reserve(WORST)).isNull();

        assertThat(reservation.completion()).isEqualTo(1_024);
        assertThat(key.remaining(100 + 10 * 1_024)).isZero();
    }

    @Test
    void aCompletionWithoutALimitGetsAQuarterOfALargeBudget() {
        BudgetReservation reservation = reservation(100 + 10 * 8_000, 1_000_000, uncapped(100, 1, 16_384));

        assertThat(reservation.reserve(WORST)).isNull();

        assertThat(reservation.completion()).isEqualTo(2_000);
    }

    @Test
    void aCompletionWithoutALimitIsNoLongerThanTheModelsMaximum() {
        BudgetReservation reservation = reservation(1_000_000, 1_000_000, uncapped(100, 1, 500));

        assertThat(reservation.reserve(WORST)).isNull();

        assertThat(reservation.completion()).isEqualTo(500);
    }

    @Test
    void fewerThanSixteenTokensOfCompletionAreRefused() {
        BudgetReservation refused = reservation(100 + 10 * 15 + 9, 1_000_000, uncapped(100, 1, 16_384));
        assertThat(refused.reserve(WORST).account().name()).isEqualTo("ci");
        assertThat(key.reserved()).isZero();

        BudgetReservation admitted = reservation(100 + 10 * 16, 1_000_000, uncapped(100, 1, 16_384));
        assertThat(admitted.reserve(WORST)).isNull();
        assertThat(admitted.completion()).isEqualTo(16);
    }

    @Test
    void eachChoiceNeedsSixteenTokens() {
        assertThat(reservation(100 + 10 * 31, 1_000_000, uncapped(100, 2, 16_384))
                        .reserve(WORST))
                .isNotNull();
        assertThat(reservation(100 + 10 * 32, 1_000_000, uncapped(100, 2, 16_384))
                        .reserve(WORST))
                .isNull();
    }

    @Test
    void aModelWithAShorterMaximumIsNotRefusedForIt() {
        assertThat(reservation(100 + 10 * 8, 1_000_000, uncapped(100, 1, 8)).reserve(WORST))
                .isNull();
    }

    @Test
    void theRestOfTheReservationIsReleasedOnce() {
        BudgetReservation reservation = reservation(5_000, 5_000, capped(100, 100));
        reservation.reserve(WORST);

        reservation.spend(400, alerts::add);
        reservation.close();
        reservation.close();

        assertThat(key.spent()).isEqualTo(400);
        assertThat(key.reserved()).isZero();
        assertThat(team.spent()).isEqualTo(400);
        assertThat(team.reserved()).isZero();
    }

    @Test
    void spendingAfterTheCloseIsChargedWithoutAReservation() {
        BudgetReservation reservation = reservation(5_000, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        reservation.close();

        reservation.spend(400, alerts::add);

        assertThat(key.spent()).isEqualTo(400);
        assertThat(key.reserved()).isZero();
    }

    @Test
    void spendingMoreThanWasReservedTakesFromTheBudget() {
        BudgetReservation reservation = reservation(5_000, 5_000, capped(100, 100));
        reservation.reserve(WORST);

        reservation.spend(1_500, alerts::add);
        reservation.close();

        assertThat(key.spent()).isEqualTo(1_500);
        assertThat(key.reserved()).isZero();
    }

    @Test
    void theFirstAttemptIsCoveredByTheReservation() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));
        reservation.reserve(WORST);

        assertThat(reservation.extend(WORST)).isNull();

        assertThat(key.reserved()).isEqualTo(1_100);
    }

    @Test
    void aConcurrentAttemptReservesTheSameAmountAgain() {
        BudgetReservation reservation = reservation(2_200, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        reservation.extend(WORST);

        assertThat(reservation.extend(WORST)).isNull();
        assertThat(key.reserved()).isEqualTo(2_200);

        assertThat(reservation.extend(WORST).account().name()).isEqualTo("ci");
        assertThat(key.reserved()).isEqualTo(2_200);
    }

    @Test
    void anAttemptAfterAFreeOneReservesNoMore() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        reservation.extend(WORST);
        reservation.attemptEnded();

        assertThat(reservation.extend(WORST)).isNull();
        assertThat(key.reserved()).isEqualTo(1_100);
    }

    @Test
    void anAttemptAfterABilledOneReservesTheAmountSpent() {
        BudgetReservation reservation = reservation(1_500, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        reservation.extend(WORST);
        reservation.spend(400, alerts::add);
        reservation.attemptEnded();

        assertThat(reservation.extend(WORST)).isNull();

        assertThat(key.spent()).isEqualTo(400);
        assertThat(key.reserved()).isEqualTo(1_100);
    }

    /** Otherwise each refused attempt would make the next one more expensive. */
    @Test
    void aRefusedAttemptIsNotInFlight() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        reservation.extend(WORST);
        assertThat(reservation.extend(WORST)).isNotNull();
        assertThat(reservation.extend(WORST)).isNotNull();
        reservation.attemptEnded();

        assertThat(reservation.extend(WORST)).isNull();
    }

    @Test
    void moreEndsThanStartsDoNotMakeAttemptsFree() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        reservation.attemptEnded();
        reservation.attemptEnded();

        assertThat(reservation.extend(WORST)).isNull();
        assertThat(reservation.extend(WORST)).as("the second attempt at once").isNotNull();
    }

    @Test
    void theMostExpensiveTargetIsCovered() {
        BudgetReservation reservation = reservation(2_200, 5_000, capped(100, 100));
        reservation.reserve(WORST);

        assertThat(reservation.extend(new WorstCase(2_000, 20_000, null))).isNull();

        assertThat(key.reserved()).isEqualTo(2_200);
    }

    @Test
    void aSpentHardBudgetIsExhausted() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        assertThat(reservation.exhausted())
                .as("all is reserved, nothing is spent")
                .isFalse();

        reservation.spend(1_099, alerts::add);
        assertThat(reservation.exhausted()).isFalse();

        reservation.spend(1, alerts::add);
        assertThat(reservation.exhausted()).isTrue();
    }

    @Test
    void reservationsAboveASpentBudgetExhaustIt() {
        BudgetReservation reservation = reservation(1_100, 5_000, capped(100, 100));
        reservation.reserve(WORST);
        key.spend(1, 0);

        assertThat(reservation.exhausted()).isTrue();
    }

    @Test
    void aSoftBudgetIsNeverExhausted() {
        BudgetReservation soft = new BudgetReservation(List.of(constraint("ci", key, 10, false)), capped(100, 100));
        assertThat(soft.reserve(WORST)).isNull();

        soft.spend(5_000, alerts::add);

        assertThat(soft.hard()).isFalse();
        assertThat(soft.exhausted()).isFalse();
    }

    @Test
    void anAlertThatThrowsDoesNotPreventTheCharge() {
        BudgetReservation reservation = reservation(1_000, 1_000, capped(100, 10));
        reservation.reserve(WORST);

        try {
            reservation.spend(900, alert -> {
                throw new IllegalStateException("webhook");
            });
        } catch (IllegalStateException expected) {
            alerts.add(new BudgetAlert(QuotaScope.KEY, "caught", null, 0, null, Kind.WARNING));
        }
        reservation.close();

        assertThat(alerts).hasSize(1);
        assertThat(key.spent()).isEqualTo(900);
        assertThat(team.spent()).isEqualTo(900);
        assertThat(team.reserved()).isZero();
    }

    private BudgetReservation reservation(long keyBudget, long teamBudget, QuotaRequest request) {
        return new BudgetReservation(
                List.of(constraint("ci", key, keyBudget, true), constraint("core", team, teamBudget, true)), request);
    }

    private static BudgetConstraint constraint(String name, BudgetAccount account, long nanoUsd, boolean hard) {
        Budget budget = new Budget(nanoUsd, Period.MONTH, 0.8, hard);
        return new BudgetConstraint(
                new Account(QuotaScope.KEY, name),
                account,
                new BudgetLine(QuotaScope.KEY, name, name, budget),
                null,
                InstanceShare.ALL);
    }

    private static QuotaRequest capped(long prompt, long completion) {
        return QuotaFixtures.chat(QuotaFixtures.key("ci", Limits.NONE, null), prompt, completion);
    }

    private static QuotaRequest uncapped(long prompt, int choices, long maxCompletion) {
        QuotaRequest.PricedTarget target = new QuotaRequest.PricedTarget("up", "m", ModelPrices.FREE, maxCompletion);
        return new QuotaRequest(
                QuotaFixtures.key("ci", Limits.NONE, null),
                null,
                List.of(target),
                prompt,
                prompt,
                0,
                choices,
                true,
                false,
                null,
                60_000);
    }
}
