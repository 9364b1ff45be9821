package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.USD;
import static dev.sluice.quota.QuotaFixtures.billed;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.cost;
import static dev.sluice.quota.QuotaFixtures.hard;
import static dev.sluice.quota.QuotaFixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rejections, caps, warnings and alerts of budgets, and their messages. */
final class BudgetErrorMessagesTest {

    private static final QuotaRequest.PricedTarget NO_PRICE =
            new QuotaRequest.PricedTarget("acme", "new", ModelPrices.UNKNOWN, 0);

    private final List<BudgetAlert> alerts = new ArrayList<>();
    private final Quota quota = new Quota(new ManualClock(), alerts::add);

    @Test
    void errorsNameScopeBudgetSpendingAndResetTime() {
        Principal caller = key("ci", Limits.NONE, hard(USD));
        spend(caller, USD - 1000);

        AdmissionResult result = quota.admit(chat(caller, 100, 100));

        assertThat(result.refusal().kind()).isEqualTo(Kind.QUOTA_SPENT);
        assertThat(result.refusal().code()).isEqualTo("budget_exceeded");
        assertThat(result.refusal().message())
                .isEqualTo("key ci: this request may cost up to 0.00125 USD; of its budget of 1 USD per month, 0.999999"
                        + " are spent and 0 reserved; the next period starts at 2026-12-01T00:00:00Z");
    }

    @Test
    void aTiersBudgetAppliesToEachOfItsKeys() {
        quota.applyPolicy(QuotaFixtures.tier("gold", Limits.NONE, hard(USD)));
        Principal one = key("one", null, "gold", Limits.NONE, hard(2 * USD));
        spend(one, USD);

        assertThat(quota.admit(chat(one, 100, 100)).refusal().message()).startsWith("tier gold (key one): ");
        assertThat(quota.admit(chat(key("two", null, "gold", Limits.NONE, null), 1, 1))
                        .admitted())
                .isTrue();
    }

    @Test
    void budgetsOfSeveralPeriodsApplyTogether() {
        quota.applyPolicy(QuotaFixtures.tier("gold", Limits.NONE, new Budget(USD, Period.DAY, 1, true)));
        Principal caller = key("ci", null, "gold", Limits.NONE, hard(10 * USD));
        spend(caller, USD / 2);

        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.DAY)).isEqualTo(USD / 2);
        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.MONTH)).isEqualTo(USD / 2);
        spend(caller, USD / 2);
        assertThat(quota.admit(chat(caller, 1, 1)).refusal().message()).contains("1 USD per day");
    }

    @Test
    void aCompletionWithoutLimitIsCappedToTheRemainingBudget() {
        // 100 tokens of prompt are 250 000; each token of completion is 10 000.
        Principal caller = key("ci", Limits.NONE, hard(250_000 + 10_000 * 600));

        AdmissionResult result = quota.admit(chat(caller, 100, 0));

        assertThat(result.completionCap()).isEqualTo(600);
        assertThat(quota.admit(chat(caller, 1, 1)).admitted())
                .as("all is reserved")
                .isFalse();
    }

    @Test
    void aCompletionWithoutLimitReservesAQuarterOfALargeBudget() {
        Principal caller = key("ci", Limits.NONE, hard(250_000 + 10_000 * 20_000));

        assertThat(quota.admit(chat(caller, 100, 0)).completionCap()).isEqualTo(5_000);
        assertThat(quota.admit(chat(caller, 100, 0)).completionCap()).isBetween(3_700L, 3_750L);
    }

    @Test
    void aCompletionIsCappedToTheModelsMaximumInALargeBudget() {
        Principal caller = key("ci", Limits.NONE, hard(1000 * USD));
        QuotaRequest two =
                new QuotaRequest(caller, null, List.of(QuotaFixtures.GPT), 10, 10, 0, 2, true, false, null, 1000);

        assertThat(quota.admit(chat(caller, 100, 0)).completionCap()).isEqualTo(16_384);
        assertThat(quota.admit(two).completionCap()).as("each of two").isEqualTo(16_384);
    }

    @Test
    void aCompletionCappedBelowSixteenTokensIsRefused() {
        assertThat(quota.admit(chat(key("a", Limits.NONE, hard(250_000 + 10_000 * 16)), 100, 0))
                        .completionCap())
                .isEqualTo(16);
        assertThat(quota.admit(chat(key("b", Limits.NONE, hard(250_000 + 10_000 * 16 - 1)), 100, 0))
                        .admitted())
                .isFalse();
    }

    @Test
    void theHighestPricesOfTargetsAndTiersAreReserved() {
        ModelPrices tiered = new ModelPrices(
                new ModelPrices.Rates(1_000_000, 2_000_000, ModelPrices.NONE, 3_000_000),
                List.of(new ModelPrices.Tier(1000, new ModelPrices.Rates(4_000_000, 20_000_000, 0, 0))));
        Principal caller = key("ci", Limits.NONE, hard(USD));
        QuotaRequest.PricedTarget target = new QuotaRequest.PricedTarget("acme", "tiered", tiered, 0);

        quota.admit(chat(caller, null, target, 1000, 10)).reservation();
        assertThat(quota.reserved()).as("cache written").isEqualTo(3_000 * 1000 + 2_000 * 10);
        long before = quota.reserved();
        quota.admit(new QuotaRequest(
                caller, null, List.of(QuotaFixtures.GPT, target), 1001, 1001, 10, 1, true, false, null, 1000));
        assertThat(quota.reserved() - before).isEqualTo(4_000 * 1001 + 20_000 * 10);
    }

    @Test
    void unknownPricesAreFlaggedOrRejected() {
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.WEEK, 0.8, true, Budget.Uncounted.ALLOW));
        AdmissionResult flagged = quota.admit(chat(caller, null, NO_PRICE, 100, 100));
        assertThat(flagged.admitted()).isTrue();
        assertThat(flagged.priceUnknown()).isTrue();

        quota.applyPolicy(new QuotaPolicy(Map.of(), Map.of(), Map.of(), Map.of(), UnknownPrice.REFUSE));
        AdmissionResult refused = quota.admit(chat(caller, null, NO_PRICE, 100, 100));
        assertThat(refused.refusal().code()).isEqualTo("price_unknown");
        assertThat(refused.refusal().message()).contains("acme/new").contains("key ci");
        assertThat(quota.admit(chat(key("rich", Limits.NONE, null), null, NO_PRICE, 1, 1))
                        .admitted())
                .as("without a budget no price is needed")
                .isTrue();
    }

    @Test
    void hardBudgetsRejectUncountableRequestsUnlessAllowed() {
        Principal caller = key("ci", Limits.NONE, hard(USD));
        AdmissionResult unknownPrice = quota.admit(chat(caller, null, NO_PRICE, 100, 100));
        AdmissionResult uncounted = quota.admit(uncounted(caller));

        assertThat(unknownPrice.refusal().code()).isEqualTo("price_unknown");
        assertThat(unknownPrice.refusal().message()).contains("acme/new", "key ci", "uncounted: allow");
        assertThat(uncounted.refusal().code()).isEqualTo("cost_uncounted");
        assertThat(uncounted.refusal().message()).contains("/v1/batches", "key ci", "uncounted: allow");
        assertThat(quota.openReservations()).isZero();
        for (Budget budget : List.of(
                new Budget(USD, Period.WEEK, 0.8, true, Budget.Uncounted.ALLOW),
                new Budget(USD, Period.WEEK, 0.8, false))) {
            assertThat(quota.admit(uncounted(key("b", Limits.NONE, budget))).admitted())
                    .isTrue();
        }
    }

    private static QuotaRequest uncounted(Principal caller) {
        return new QuotaRequest(
                caller, null, List.of(QuotaFixtures.GPT), 0, 0, 0, 1, false, false, "/v1/batches", 1000);
    }

    @Test
    void softBudgetsWarnAndAdmit() {
        Principal caller = key("ci", Limits.NONE, new Budget(USD, Period.WEEK, 0.5, false));
        assertThat(quota.admit(chat(caller, 1, 0)).warnings()).isEmpty();
        spend(caller, 2 * USD);

        AdmissionResult result = quota.admit(chat(caller, 1, 0));

        assertThat(result.admitted()).isTrue();
        assertThat(result.completionCap()).isZero();
        assertThat(result.warnings()).containsExactly("key ci: 2 of 1 USD per week are spent");
    }

    @Test
    void eachThresholdIsReportedOncePerPeriod() {
        Principal caller = key("ci", Limits.NONE, hard(USD));
        spend(caller, USD * 79 / 100);
        assertThat(alerts).isEmpty();
        spend(caller, USD / 100);
        spend(caller, USD / 100);
        spend(caller, USD * 19 / 100);
        quota.admit(chat(caller, 1, 1));
        quota.admit(chat(caller, 1, 1));

        assertThat(alerts)
                .extracting(BudgetAlert::kind)
                .containsExactly(BudgetAlert.Kind.WARNING, BudgetAlert.Kind.SPENT, BudgetAlert.Kind.REFUSED);
        assertThat(alerts.get(0).spentNanoUsd()).isEqualTo(USD * 80 / 100);
    }

    @Test
    void restartsRepeatNoAlert() {
        quota.restore(
                QuotaScope.KEY, "ci", quota.counted(Period.MONTH, quota.periodStart(Period.MONTH)), USD * 90 / 100);

        spend(key("ci", Limits.NONE, hard(USD)), USD / 100);

        assertThat(alerts).isEmpty();
    }

    @Test
    void anotherAttemptIsRefusedWhenTheBudgetDoesNotCoverIt() {
        long whole = 100 * 2_500 + 50 * 10_000;
        Principal caller = key("ci", Limits.NONE, hard(whole + whole / 2));
        Reservation reservation = quota.admit(chat(caller, 100, 50)).reservation();
        reservation.settle(billed(100, 50));

        assertThat(reservation.extend(QuotaFixtures.GPT).code()).isEqualTo("budget_exceeded");
        reservation.close();
        assertThat(quota.reserved()).isZero();
    }

    @Test
    void aConcurrentAttemptIsReservedAsWell() {
        long whole = 100 * 2_500 + 50 * 10_000;
        Reservation reservation = quota.admit(chat(key("ci", Limits.NONE, hard(5 * whole / 2)), 100, 50))
                .reservation();

        assertThat(reservation.extend(QuotaFixtures.GPT)).isNull();
        assertThat(quota.reserved()).isEqualTo(whole);
        assertThat(reservation.extend(QuotaFixtures.GPT)).isNull();
        assertThat(quota.reserved()).isEqualTo(2 * whole);
        assertThat(reservation.extend(QuotaFixtures.GPT)).as("a third at once").isNotNull();
        reservation.settle(QuotaFixtures.unbilled());
        assertThat(reservation.extend(QuotaFixtures.GPT))
                .as("in place of the first")
                .isNull();
        reservation.settle(billed(100, 50));
        reservation.settle(billed(100, 50));
        reservation.close();

        assertThat(quota.reserved()).isZero();
        assertThat(quota.spent(QuotaScope.KEY, "ci", Period.MONTH)).isEqualTo(2 * whole);
    }

    private void spend(Principal caller, long nanoUsd) {
        try (Reservation reservation = quota.admit(chat(caller, 1, 1)).reservation()) {
            reservation.settle(cost(nanoUsd));
        }
    }
}
