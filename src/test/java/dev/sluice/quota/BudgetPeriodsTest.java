package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.USD;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.cost;
import static dev.sluice.quota.QuotaFixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget period starts at its time in UTC, once; a restart does not start a new one. */
final class BudgetPeriodsTest {

    @ParameterizedTest
    @CsvSource({
        "DAY, 2026-11-25T23:59:59.999Z, 2026-11-25T00:00:00Z, 2026-11-26T00:00:00Z",
        "DAY, 2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z, 2024-03-01T00:00:00Z",
        "WEEK, 2026-11-25T12:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
        "WEEK, 2026-11-23T00:00:00Z, 2026-11-23T00:00:00Z, 2026-11-30T00:00:00Z",
        "WEEK, 2027-01-03T23:59:59Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
        "MONTH, 2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "MONTH, 2024-02-15T00:00:00Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z"
    })
    void periodsStartAndEndInUtc(Period period, String now, String start, String end) {
        long moment = Instant.parse(now).toEpochMilli();

        assertThat(Instant.ofEpochMilli(BudgetPeriods.start(period, moment))).isEqualTo(start);
        assertThat(Instant.ofEpochMilli(BudgetPeriods.end(period, moment))).isEqualTo(end);
    }

    @Test
    void budgetsResetOnceAndReportWhen() {
        ManualClock ticks = new ManualClock("2026-11-25T23:59:50Z");
        Quota quota = new Quota(ticks, alert -> {});
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.DAY, 1, true));
        spend(quota, caller, USD);

        AdmissionResult refused = quota.admit(chat(caller, 1, 1));
        assertThat(refused.refusal().retryAfterMillis()).isEqualTo(10_000);
        assertThat(refused.refusal().message()).contains("2026-11-26T00:00:00Z");

        ticks.advance(Duration.ofSeconds(10));
        spend(quota, caller, USD / 2);
        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isEqualTo(USD / 2);

        // The clock is set back over midnight: that day's budget is spent, and no day gets a second budget.
        ticks.set("2026-11-25T23:59:59Z");
        assertThat(quota.admit(chat(caller, 1, 1)).refusal().retryAfterMillis()).isEqualTo(1_000);
        ticks.set("2026-11-26T00:00:01Z");
        spend(quota, caller, USD / 4);
        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isEqualTo(USD * 3 / 4);
    }

    @ParameterizedTest
    @CsvSource({"P40D", "P1DT1H", "P400D"})
    void aClockJumpBlocksNoBudgetAndLosesNoSpending(String ahead) {
        ManualClock ticks = new ManualClock("2026-11-25T12:00:00Z");
        Quota quota = new Quota(ticks, alert -> {});
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.DAY, 1, true));
        spend(quota, caller, USD / 2);

        ticks.set(Instant.parse("2026-11-25T12:00:00Z")
                .plus(Duration.parse(ahead))
                .toString());
        spend(quota, caller, USD);
        ticks.set("2026-11-25T12:00:02Z");

        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isEqualTo(USD / 2);
        spend(quota, caller, USD / 2);
        assertThat(quota.admit(chat(caller, 1, 1)).refusal().retryAfterMillis())
                .isEqualTo(Duration.ofHours(12).toMillis() - 2_000);
        ticks.set("2026-11-28T00:00:00Z");
        spend(quota, caller, USD);
    }

    @Test
    void theLedgerOfAnEndedPeriodDoesNotChargeAnother() {
        ManualClock ticks = new ManualClock("2026-11-25T23:59:59Z");
        Quota quota = new Quota(ticks, alert -> {});
        Quota.Counted counted = quota.counted(Period.DAY, quota.periodStart(Period.DAY));

        ticks.advance(Duration.ofSeconds(1));
        quota.restore(QuotaScope.KEY, "ci", counted, USD);

        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isZero();
    }

    @Test
    void requestsOverMidnightCountForTheDayTheyStarted() {
        ManualClock ticks = new ManualClock("2026-11-25T23:59:50Z");
        Quota quota = new Quota(ticks, alert -> {});
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.DAY, 1, true));
        Reservation reservation = quota.admit(chat(caller, 1, 1)).reservation();

        ticks.advance(Duration.ofSeconds(20));
        quota.admit(chat(caller, 1, 1)).reservation().close();
        reservation.settle(cost(USD));
        reservation.close();

        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isZero();
        assertThat(quota.reserved()).isZero();
    }

    @Test
    void lifetimeBudgetsNeverReset() {
        ManualClock ticks = new ManualClock();
        Quota quota = new Quota(ticks, alert -> {});
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.LIFETIME, 1, true));
        spend(quota, caller, USD);

        ticks.advance(Duration.ofDays(4000));
        quota.sweep();

        assertThat(quota.admit(chat(caller, 1, 1)).refusal().retryAfterMillis()).isEqualTo(-1);
    }

    @Test
    void theLedgerIsReadOnceAndNeverLowersTheSpending() {
        Quota quota = new Quota(new ManualClock(), alert -> {});
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.DAY, 1, true));

        restore(quota, Period.DAY, USD / 2);
        restore(quota, Period.DAY, USD / 2);
        spend(quota, caller, USD / 4);
        restore(quota, Period.DAY, USD / 2);

        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isEqualTo(USD * 3 / 4);
        assertThat(quota.periodStart(Period.DAY)).isEqualTo("2026-11-25T00:00:00Z");
        assertThat(quota.reserved()).isZero();
    }

    private static void restore(Quota quota, Period per, long nanoUsd) {
        quota.restore(QuotaScope.KEY, "ci", quota.counted(per, quota.periodStart(per)), nanoUsd);
    }

    private static void spend(Quota quota, Principal caller, long nanoUsd) {
        try (Reservation reservation = quota.admit(chat(caller, 1, 1)).reservation()) {
            reservation.settle(cost(nanoUsd));
        }
    }
}
