package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.catalog.ModelPrices.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The highest prices among the targets, and what a request costs by them. Never too low. */
class WorstCaseTest {

    private static final long NONE = ModelPrices.NONE;

    @Test
    void theHighestPricesMayBeThoseOfDifferentTargets() {
        WorstCase worst = WorstCase.of(List.of(target(5, 10), target(2, 40)), 100, true);

        assertThat(worst).isEqualTo(new WorstCase(5, 40, null));
    }

    @Test
    void aHigherCachePriceAppliesToEveryTokenOfThePrompt() {
        assertThat(WorstCase.of(List.of(target(new Rates(4, 10, 1, 5))), 100, true)
                        .input())
                .isEqualTo(5);
        assertThat(WorstCase.of(List.of(target(new Rates(4, 10, 7, 5))), 100, true)
                        .input())
                .isEqualTo(7);
        assertThat(WorstCase.of(List.of(target(new Rates(4, 10, 1, 3))), 100, true)
                        .input())
                .isEqualTo(4);
    }

    @Test
    void aTierAppliesOnlyAboveItsLength() {
        ModelPrices prices =
                new ModelPrices(new Rates(2, 10, NONE, NONE), List.of(new Tier(200, new Rates(4, 15, NONE, NONE))));
        QuotaRequest.PricedTarget tiered = new QuotaRequest.PricedTarget("up", "m", prices, 0);

        assertThat(WorstCase.of(List.of(tiered), 200, true)).isEqualTo(new WorstCase(2, 10, null));
        assertThat(WorstCase.of(List.of(tiered), 201, true)).isEqualTo(new WorstCase(4, 15, null));
    }

    /** A prompt of at most this length may turn out shorter, so a cheaper tier does not lower the prices. */
    @Test
    void aCheaperTierDoesNotLowerThePrices() {
        ModelPrices prices =
                new ModelPrices(new Rates(4, 15, NONE, NONE), List.of(new Tier(200, new Rates(2, 10, NONE, NONE))));

        assertThat(WorstCase.of(List.of(new QuotaRequest.PricedTarget("up", "m", prices, 0)), 500, true))
                .isEqualTo(new WorstCase(4, 15, null));
    }

    @Test
    void theFirstTargetWithoutAPriceIsNamedAndCountsAsFree() {
        WorstCase worst = WorstCase.of(
                List.of(
                        target(5, 10),
                        new QuotaRequest.PricedTarget("acme", "new", ModelPrices.UNKNOWN, 0),
                        new QuotaRequest.PricedTarget("acme", "newer", ModelPrices.UNKNOWN, 0)),
                100,
                true);

        assertThat(worst).isEqualTo(new WorstCase(5, 10, "acme/new"));
        assertThat(WorstCase.of(List.of(new QuotaRequest.PricedTarget("acme", "new", ModelPrices.UNKNOWN, 0)), 1, true))
                .isEqualTo(new WorstCase(0, 0, "acme/new"));
    }

    @Test
    void onlyThePricesThatTheRequestNeedsMustBeKnown() {
        List<QuotaRequest.PricedTarget> inputOnly = List.of(target(5, NONE));
        List<QuotaRequest.PricedTarget> outputOnly = List.of(target(NONE, 10));

        assertThat(WorstCase.of(inputOnly, 100, false).unpricedModel()).isNull();
        assertThat(WorstCase.of(inputOnly, 100, true).unpricedModel()).isEqualTo("up/m");
        assertThat(WorstCase.of(outputOnly, 0, true).unpricedModel()).isNull();
        assertThat(WorstCase.of(outputOnly, 1, true).unpricedModel()).isEqualTo("up/m");
    }

    @Test
    void aCostIsRoundedUpToABillionth() {
        WorstCase worst = new WorstCase(1, 1, null);

        assertThat(worst.nanoUsd(0, 0)).isZero();
        assertThat(worst.nanoUsd(1, 0)).isEqualTo(1);
        assertThat(worst.nanoUsd(500, 500)).isEqualTo(1);
        assertThat(worst.nanoUsd(500, 501)).isEqualTo(2);
    }

    @Test
    void anOverflowIsTheHighestCostAndNeverANegativeOne() {
        long tokens = 1L << 34;

        assertThat(new WorstCase(Long.MAX_VALUE, 0, null).nanoUsd(tokens, 0)).isPositive();
        // Products of 2^63 and of 2^64 overflow differently.
        assertThat(new WorstCase(1L << 29, 0, null).nanoUsd(tokens, 0)).isEqualTo(Long.MAX_VALUE / 1000 + 1);
        assertThat(new WorstCase(1L << 30, 0, null).nanoUsd(tokens, 0)).isEqualTo(Long.MAX_VALUE / 1000 + 1);
        // As signed numbers, 3 * 2^62 and 2^62 add up to zero.
        assertThat(new WorstCase(3L << 28, 1L << 28, null).nanoUsd(tokens, tokens))
                .isEqualTo(Long.MAX_VALUE / 1000 + 1);
        assertThat(new WorstCase(1L << 28, 1L << 28, null).nanoUsd(tokens, tokens))
                .isEqualTo(Long.MAX_VALUE / 1000 + 1);
    }

    @Test
    void moneyCoversThePromptFirst() {
        WorstCase worst = new WorstCase(2_000, 10_000, null);

        assertThat(worst.completion(199, 100))
                .as("a billionth short of the prompt")
                .isEqualTo(-1);
        assertThat(worst.completion(200, 100)).isZero();
        assertThat(worst.completion(209, 100)).isZero();
        assertThat(worst.completion(210, 100)).isEqualTo(1);
        assertThat(worst.completion(-5, 100)).isEqualTo(-1);
        assertThat(worst.completion(-5, 0)).isZero();
    }

    @Test
    void aFreeCompletionIsNotLimitedByMoney() {
        assertThat(new WorstCase(2_000, 0, null).completion(200, 100)).isEqualTo(SlidingWindow.MAX_COUNT);
        assertThat(new WorstCase(2_000, 0, null).completion(199, 100)).isEqualTo(-1);
    }

    private static QuotaRequest.PricedTarget target(long input, long output) {
        return target(new Rates(input, output, NONE, NONE));
    }

    private static QuotaRequest.PricedTarget target(Rates rates) {
        return new QuotaRequest.PricedTarget("up", "m", new ModelPrices(rates, List.of()), 0);
    }
}
