package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.USD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kind, code and words of each refusal; the refusals of whole requests are in the …ErrorMessagesTests. */
class QuotaErrorsTest {

    @ParameterizedTest
    @CsvSource({"KEY, ci, ci, key ci", "TEAM, core, ci, team core", "TIER, gold, ci, tier gold (key ci)"})
    void ownersAreNamedWithTheKeyOfATier(QuotaScope scope, String name, String key, String label) {
        assertThat(QuotaErrors.label(scope, name, key)).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({
        "DAY, key ci: 5 of 10 USD per day are spent",
        "WEEK, key ci: 5 of 10 USD per week are spent",
        "MONTH, key ci: 5 of 10 USD per month are spent",
        "LIFETIME, key ci: 5 of 10 USD in total are spent"
    })
    void warningsNameThePeriod(Period period, String words) {
        assertThat(QuotaErrors.warning(line(period, true), 5 * USD)).isEqualTo(words);
    }

    @Test
    void aRequestAboveTheWholeLimitIsNotToBeRetried() {
        GatewayError error = QuotaErrors.rate(limits(new Limits(0, 100, 0, 0, 0)), LimitUnit.TOKENS, 101, 0, 5_000);

        assertThat(error.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(error.code()).isEqualTo("request_above_limit");
        assertThat(error.retryAfterMillis()).isNegative();
    }

    @Test
    void aRequestOfExactlyTheLimitWaits() {
        GatewayError error = QuotaErrors.rate(limits(new Limits(0, 100, 0, 0, 0)), LimitUnit.TOKENS, 100, 1, 5_000);

        assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(error.retryAfterMillis()).isEqualTo(5_000);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 concurrent request is", "2, 2 concurrent requests is"})
    void concurrencyCountsInWords(int most, String words) {
        GatewayError error = QuotaErrors.concurrency(limits(new Limits(0, 0, 0, 0, most)));

        assertThat(error.code()).isEqualTo("concurrency_limit_exceeded");
        assertThat(error.message()).contains("the limit of " + words + " reached");
    }

    @Test
    void anUnknownPriceNamesTheSettingThatWouldAllowIt() {
        assertThat(QuotaErrors.priceUnknown("m", line(Period.DAY, true)).message())
                .contains("model m", "key ci has a hard budget", "uncounted: allow in the budget");
        assertThat(QuotaErrors.priceUnknown("m", line(Period.DAY, false)).message())
                .contains("key ci has a budget", "server.unknown_price: flag");
    }

    @Test
    void anUncountedCostIsNoMatterOfTime() {
        GatewayError error = QuotaErrors.uncounted("speech", line(Period.DAY, true));

        assertThat(error.kind()).isEqualTo(Kind.PERMISSION);
        assertThat(error.code()).isEqualTo("cost_uncounted");
        assertThat(error.message()).startsWith("the cost of speech cannot be counted, and key ci has a hard budget");
    }

    private static BudgetLine line(Period period, boolean hard) {
        return new BudgetLine(QuotaScope.KEY, "ci", null, new Budget(10 * USD, period, 0.8, hard));
    }

    private static EffectiveLimits limits(Limits own) {
        return new EffectiveLimits(QuotaScope.KEY, "ci", own, null, Limits.NONE, InstanceShare.ALL);
    }
}
