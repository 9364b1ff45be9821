package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.catalog.ModelPrices.Tier;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Components sum, no token is billed twice, and what is not known is never free. */
class ModelPricesTest {

    /** 2 / 10 / 0.5 / 2.5 USD per million. */
    private static final Rates RATES = new Rates(2_000_000, 10_000_000, 500_000, 2_500_000);

    private static final ModelPrices PRICES =
            new ModelPrices(RATES, List.of(new Tier(200_000, new Rates(4_000_000, 15_000_000, 1_000_000, 5_000_000))));

    @Test
    void costSumsFreshCachedWrittenAndCompletionTokens() {
        // 1000 prompt tokens: 600 read, 100 written, 300 fresh.
        Usage usage = new Usage(1000, 50, 600, 100, 20, Usage.NO_COST, true);

        assertThat(PRICES.cost(usage)).hasValue(300 * 2000 + 600 * 500 + 100 * 2500 + 50 * 10_000);
    }

    @Test
    void aLongPromptCostsMoreAsAWhole() {
        assertThat(PRICES.cost(usage(200_000, 1))).hasValue(200_000L * 2000 + 10_000);
        assertThat(PRICES.cost(usage(200_001, 1))).hasValue(200_001L * 4000 + 15_000);
    }

    @Test
    void cacheWithoutAPriceCostsWhatInputDoes() {
        ModelPrices plain =
                new ModelPrices(new Rates(2_000_000, 10_000_000, ModelPrices.NONE, ModelPrices.NONE), List.of());

        assertThat(plain.cost(new Usage(100, 0, 60, 30, 0, Usage.NO_COST, true)))
                .hasValue(100 * 2000);
    }

    @Test
    void unknownPricesHaveNoCostInsteadOfZero() {
        ModelPrices inputOnly =
                new ModelPrices(new Rates(20_000, ModelPrices.NONE, ModelPrices.NONE, ModelPrices.NONE), List.of());

        assertThat(ModelPrices.UNKNOWN.cost(usage(10, 1))).isEmpty();
        assertThat(inputOnly.cost(usage(10, 1))).isEmpty();
        assertThat(inputOnly.cost(usage(1000, 0)))
                .as("an embedding has no completion")
                .hasValue(20_000);
        assertThat(PRICES.cost(Usage.UNKNOWN)).isEmpty();
        assertThat(ModelPrices.FREE.cost(usage(10, 1))).hasValue(0);
    }

    @Test
    void theSmallestCallCostsSomething() {
        assertThat(new ModelPrices(new Rates(1, 1, 1, 1), List.of()).cost(usage(1, 0)))
                .hasValue(1);
    }

    @Test
    void costsReportedByTheProviderWin() {
        assertThat(ModelPrices.UNKNOWN.cost(new Usage(1, 1, 0, 0, 0, 777, true)))
                .hasValue(777);
        assertThat(PRICES.cost(new Usage(1, 1, 0, 0, 0, 0, true))).hasValue(0);
    }

    @Test
    void aRequestIsReservedAtTheHighestPriceThatItAsksFor() {
        ModelPrices opus =
                ModelCatalog.builtIn().facts("p", "anthropic", "claude-opus-5").prices();
        ModelPrices terra =
                ModelCatalog.builtIn().facts("p", "openai", "gpt-6.1-terra").prices();
        ModelPrices flash =
                ModelCatalog.builtIn().facts("p", "gemini", "gemini-2.5-flash").prices();

        assertThat(opus.highest(Set.of(), false, true)).isSameAs(opus);
        assertThat(opus.highest(Set.of(), true, false).base().cacheWrite()).isEqualTo(10_000_000);
        assertThat(opus.highest(Set.of("fast", "us"), false, false).base().output())
                .isEqualTo(55_000_000);
        assertThat(terra.highest(Set.of("priority"), false, false).base())
                .isEqualTo(new Rates(2_000_000, 10_000_000, 100_000, 2_500_000));
        assertThat(terra.highest(Set.of("priority"), false, false)
                        .tiers()
                        .getFirst()
                        .rates()
                        .input())
                .isEqualTo(4_000_000);
        assertThat(terra.highest(Set.of("flex"), false, false).base().input())
                .as("it may be served as the standard tier")
                .isEqualTo(1_000_000);
        assertThat(flash.highest(Set.of(), false, true).base().input()).isEqualTo(1_000_000);
    }

    @Test
    void theKnownPartOfAnUnknownCostCanBeCharged() {
        Usage searched = usage(100, 10)
                .withDetails(UsageDetails.NONE.withCalls("web_search", 3).withMode("new"));

        assertThat(PRICES.cost(searched)).isEmpty();
        assertThat(PRICES.knownCost(searched)).isEqualTo(100 * 2000 + 10 * 10_000);
        assertThat(ModelPrices.UNKNOWN.knownCost(searched)).isZero();
        assertThat(ModelPrices.FREE.cost(searched)).hasValue(0);
    }

    @Test
    void aModeWithPricesOfItsOwnAppliesToLongPromptsInProportion() {
        ModelPrices prices = new ModelPrices(
                RATES,
                PRICES.tiers(),
                Map.of("flex", new ModelPrices.Mode(0.5, ModelPrices.NONE, 6_000_000, 500_000, ModelPrices.NONE)),
                Map.of());
        UsageDetails flex = UsageDetails.NONE.withMode("flex");

        assertThat(prices.cost(usage(1000, 10).withDetails(flex))).hasValue(1000 * 1000 + 10 * 6000);
        assertThat(prices.cost(usage(300_000, 10).withDetails(flex))).hasValue(300_000L * 2000 + 10 * 9000);
    }

    @Property
    void cachedTokensNeverMakeACallDearerThanUncachedOnes(
            @ForAll @LongRange(max = 1_000_000) long prompt, @ForAll @LongRange(max = 2_000_000) long cached) {
        Rates cheapCache = new Rates(2_000_000, 10_000_000, 500_000, ModelPrices.NONE);
        ModelPrices prices = new ModelPrices(cheapCache, List.of());

        assertThat(prices.cost(new Usage(prompt, 5, cached, 0, true)).getAsLong())
                .isBetween(prompt * 500 + 50_000, prices.cost(usage(prompt, 5)).getAsLong());
    }

    private static Usage usage(long prompt, long completion) {
        return new Usage(prompt, completion, 0, 0, true);
    }
}
