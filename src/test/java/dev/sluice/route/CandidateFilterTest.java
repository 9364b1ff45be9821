package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.model.ProviderHealth;
import dev.sluice.model.ProviderHealth.Unavailability;
import dev.sluice.route.SkippedTarget.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which candidates are kept for a request, and the reasons recorded for the others. */
class CandidateFilterTest {

    private static final ModelFacts NO_TOOLS = new ModelFacts(0, 0, Set.of(Trait.REASONING));
    private static final ModelFacts SHORT = new ModelFacts(100, 0, Set.of(Trait.TOOLS));

    private final Candidate plain = candidate("plain", ModelFacts.UNKNOWN);
    private final Candidate toolless = candidate("toolless", NO_TOOLS);
    private final Candidate small = candidate("small", SHORT);
    private final Candidate large = candidate("large", ModelFacts.UNKNOWN);

    @Test
    void theChosenProvidersAndModelsStay() {
        CandidateFilter filter = new CandidateFilter(List.of(plain, toolless), List.of(small, large));

        filter.keepAllowed(only("plain", "large/m"));

        assertThat(filter.own()).containsExactly(plain);
        assertThat(filter.fallbacks()).containsExactly(large);
        assertThat(filter.skipped())
                .containsExactly(
                        new SkippedTarget(toolless.target(), Reason.NOT_CHOSEN),
                        new SkippedTarget(small.target(), Reason.NOT_CHOSEN));
    }

    @Test
    void aChoiceOfOtherTargetsLeavesNone() {
        CandidateFilter filter = new CandidateFilter(List.of(plain), List.of(large));

        filter.keepAllowed(only("plain/other", "larg"));

        assertThat(filter.isEmpty()).isTrue();
        assertThat(filter.skipped()).hasSize(2);
    }

    @Test
    void aTargetThatCannotServeIsSkippedForAFallbackThatCan() {
        CandidateFilter filter = new CandidateFilter(List.of(toolless), List.of(large));

        filter.keepCapable(FakeModelRequirements.TOOLS, List.of());

        assertThat(filter.own()).isEmpty();
        assertThat(filter.fallbacks()).containsExactly(large);
        assertThat(filter.isEmpty()).isFalse();
        assertThat(filter.skipped()).containsExactly(new SkippedTarget(toolless.target(), Reason.NO_TOOLS));
    }

    @Test
    void allStayWhenNoneCanServe() {
        CandidateFilter filter = new CandidateFilter(List.of(toolless), List.of(candidate("other", NO_TOOLS)));

        filter.keepCapable(FakeModelRequirements.TOOLS, List.of(large));

        assertThat(filter.own()).containsExactly(toolless);
        assertThat(filter.fallbacks()).hasSize(1);
        assertThat(filter.skipped()).hasSize(2);
    }

    @Test
    void aPromptTooLongForAllGoesToTheContextWindowFallbacks() {
        CandidateFilter filter = new CandidateFilter(List.of(small), List.of(candidate("small2", SHORT)));

        filter.keepCapable(FakeModelRequirements.tokens(101, 0), List.of(large));

        assertThat(filter.own()).isEmpty();
        assertThat(filter.fallbacks()).containsExactly(large);
    }

    @Test
    void allStayWhenThePromptIsTooLongAndThereAreNoSuchFallbacks() {
        CandidateFilter filter = new CandidateFilter(List.of(small), List.of(candidate("small2", SHORT)));

        filter.keepCapable(FakeModelRequirements.tokens(101, 0), List.of());

        assertThat(filter.own()).containsExactly(small);
        assertThat(filter.fallbacks()).hasSize(1);
    }

    /** The context window fallbacks help against long prompts only. */
    @Test
    void allStayWhenOneIsTooSmallAndAnotherLacksTools() {
        CandidateFilter filter = new CandidateFilter(List.of(small, toolless), List.of());

        filter.keepCapable(new FakeModelRequirements(true, false, false, 101, 0, null), List.of(large));

        assertThat(filter.own()).containsExactly(small, toolless);
        assertThat(filter.fallbacks()).isEmpty();
    }

    @Test
    void targetsThatWereNotChosenDoNotPreventTheContextWindowFallbacks() {
        CandidateFilter filter = new CandidateFilter(List.of(small, candidate("small2", SHORT), plain), List.of());
        filter.keepAllowed(only("small", "small2"));

        filter.keepCapable(FakeModelRequirements.tokens(101, 0), List.of(large));

        assertThat(filter.fallbacks()).containsExactly(large);
    }

    /** Its provider's own error is better than one of Sluice's, and the requirements need not be computed. */
    @Test
    void theOnlyCandidateIsNotFiltered() {
        CandidateFilter filter = new CandidateFilter(List.of(), List.of(small));

        filter.keepCapable(FakeModelRequirements.failing(), List.of(large));

        assertThat(filter.fallbacks()).containsExactly(small);
        assertThat(filter.skipped()).isEmpty();
    }

    @Test
    void unhealthyCandidatesAreSkipped() {
        Candidate open = unhealthy("open", Unavailability.BREAKER_OPEN);
        CandidateFilter filter =
                new CandidateFilter(List.of(open, plain), List.of(unhealthy("f", Unavailability.DRAINED)));

        assertThat(filter.keepAvailable()).isTrue();

        assertThat(filter.own()).containsExactly(plain);
        assertThat(filter.fallbacks()).isEmpty();
        assertThat(filter.skipped()).extracting(SkippedTarget::reason).containsExactly("breaker_open", "drained");
    }

    @Test
    void allStayWhenNoneIsHealthy() {
        Candidate open = unhealthy("open", Unavailability.BREAKER_OPEN);
        Candidate full = unhealthy("full", Unavailability.SATURATED);
        CandidateFilter filter = new CandidateFilter(List.of(open), List.of(full));

        assertThat(filter.keepAvailable()).isFalse();

        assertThat(filter.own()).containsExactly(open);
        assertThat(filter.fallbacks()).containsExactly(full);
        assertThat(filter.skipped()).hasSize(2);
    }

    @Test
    void fallbacksByCauseAreRestrictedToTheChosenTargets() {
        Map<FallbackCause, List<Candidate>> byCause = Map.of(
                FallbackCause.CONTEXT_WINDOW, List.of(large, plain), FallbackCause.CONTENT_FILTER, List.of(small));

        assertThat(CandidateFilter.allowed(byCause, only("large")))
                .containsExactly(Map.entry(FallbackCause.CONTEXT_WINDOW, List.of(large)));
        assertThat(CandidateFilter.allowed(byCause, RoutingOverrides.NONE)).isSameAs(byCause);
    }

    @Test
    void theTargetsOfTheRouteComeBeforeTheFallbacks() {
        assertThat(CandidateFilter.joined(List.of(plain), List.of(large, small)))
                .containsExactly(plain, large, small);
        assertThat(CandidateFilter.targets(List.of(plain), List.of(large, small)))
                .containsExactly(plain.target(), large.target(), small.target());
        assertThat(CandidateFilter.targets(List.of(), List.of())).isEmpty();
        assertThat(CandidateFilter.targets(Map.of(FallbackCause.RATE_LIMIT, List.of(large))))
                .containsExactly(Map.entry(FallbackCause.RATE_LIMIT, List.of(large.target())));
    }

    private static RoutingOverrides only(String... names) {
        return new RoutingOverrides(null, List.of(names), null, null);
    }

    private static Candidate candidate(String provider, ModelFacts facts) {
        return new Candidate(new Target(provider, "m", 1, 1), 0, ProviderHealth.UNTRIED, facts);
    }

    private static Candidate unhealthy(String provider, Unavailability why) {
        return new Candidate(
                new Target(provider, "m", 1, 1), 0, FakeProviderHealth.unavailability(why), ModelFacts.UNKNOWN);
    }
}
