package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.model.ModelRequirements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Of two targets the faster one is first; a target out of date is tried again, at most once in 256 requests. */
class LatencyStrategyTest {

    private static final int STALE_AFTER = 2 * 8;
    private static final int TRIAL_EVERY = 256;

    private final RandomGenerator random = new Random(3);

    @Test
    void theFasterOfTwoIsFirst() {
        List<Candidate> both = candidates(FakeProviderHealth.of(0, 200), FakeProviderHealth.of(0, 100));

        assertThat(order(new LatencyStrategy(2), both)).containsExactly(both.get(1), both.get(0));
    }

    /** 100 ms cubed times 8 in flight is what 200 ms cubed is with none. */
    @Test
    void requestsInFlightWeighLessThanLatency() {
        List<Candidate> lighter = candidates(FakeProviderHealth.of(6, 100), FakeProviderHealth.of(0, 200));
        List<Candidate> heavier = candidates(FakeProviderHealth.of(8, 100), FakeProviderHealth.of(0, 200));

        assertThat(order(new LatencyStrategy(2), lighter).getFirst()).isSameAs(lighter.get(0));
        assertThat(order(new LatencyStrategy(2), heavier).getFirst()).isSameAs(heavier.get(1));
    }

    @Test
    void anUntriedIdleTargetIsFirst() {
        List<Candidate> both = candidates(FakeProviderHealth.of(0, 1), FakeProviderHealth.of(0, 0));

        assertThat(order(new LatencyStrategy(2), both).getFirst()).isSameAs(both.get(1));
    }

    @Test
    void aTargetThatHasNotRespondedYetIsLast() {
        List<Candidate> both = candidates(FakeProviderHealth.of(1, 0), FakeProviderHealth.of(500, 60_000));

        assertThat(order(new LatencyStrategy(2), both).getFirst()).isSameAs(both.get(1));
    }

    @Test
    void theOthersFollowByCost() {
        List<Candidate> all = candidates(
                FakeProviderHealth.of(0, 400),
                FakeProviderHealth.of(0, 300),
                FakeProviderHealth.of(1, 0),
                FakeProviderHealth.of(0, 100),
                FakeProviderHealth.of(0, 200));
        LatencyStrategy strategy = new LatencyStrategy(5);
        for (int i = 0; i < 20; i++) {
            List<Candidate> ordered = order(strategy, all);

            assertThat(ordered).containsExactlyInAnyOrderElementsOf(all);
            assertThat(ordered.getFirst())
                    .as("the worst of all is never drawn first")
                    .isNotSameAs(all.get(2));
            assertThat(ordered.subList(1, 5)).isSortedAccordingTo((a, b) -> Double.compare(rank(a), rank(b)));
        }
    }

    @Test
    void aStaleTargetThatIsStillSlowerIsNotTried() {
        List<Candidate> both = candidates(FakeProviderHealth.of(0, 100), FakeProviderHealth.of(0, 1_000));
        LatencyStrategy strategy = new LatencyStrategy(2);

        for (int i = 0; i < 2 * TRIAL_EVERY; i++) {
            assertThat(order(strategy, both).getFirst()).isSameAs(both.get(0));
        }
    }

    /** The times of fast targets are small beside what ranks a stale target last. */
    @Test
    void fastStaleTargetsFollowByCostAndAreNotTriedWhileTheyAreSlower() {
        List<Candidate> all = candidates(
                FakeProviderHealth.of(0, 1),
                FakeProviderHealth.of(0, 40),
                FakeProviderHealth.of(0, 30),
                FakeProviderHealth.of(0, 20));
        LatencyStrategy strategy = new LatencyStrategy(4);
        RandomGenerator firstTwo = () -> 0;

        for (int i = 0; i < 2 * TRIAL_EVERY; i++) {
            assertThat(strategy.order(all, new PlanContext(ModelRequirements.NONE, firstTwo)))
                    .containsExactly(all.get(0), all.get(3), all.get(2), all.get(1));
        }
    }

    @Test
    void aStaleTargetWhoseAverageHasDecayedBelowTheFasterOneIsTried() {
        FakeProviderHealth decayed = FakeProviderHealth.of(0, 1_000);
        List<Candidate> both = candidates(FakeProviderHealth.of(0, 100), decayed);
        LatencyStrategy strategy = new LatencyStrategy(2);
        for (int i = 0; i <= STALE_AFTER + 1; i++) {
            assertThat(order(strategy, both).getFirst()).isSameAs(both.get(0));
        }
        decayed.firstTokenNanos = 50e6;

        assertThat(order(strategy, both).getFirst()).as("the trial").isSameAs(both.get(1));

        for (int i = 0; i < TRIAL_EVERY - 1; i++) {
            assertThat(order(strategy, both).getFirst())
                    .as("not measured yet: no second trial after %s", i)
                    .isSameAs(both.get(0));
        }
        assertThat(order(strategy, both).getFirst()).as("the next trial").isSameAs(both.get(1));
    }

    @Test
    void aTargetMeasuredInItsTrialCompetesAgain() {
        FakeProviderHealth decayed = FakeProviderHealth.of(0, 1_000);
        List<Candidate> both = candidates(FakeProviderHealth.of(0, 100), decayed);
        LatencyStrategy strategy = new LatencyStrategy(2);
        for (int i = 0; i <= STALE_AFTER + 1; i++) {
            order(strategy, both);
        }
        decayed.firstTokenNanos = 50e6;
        order(strategy, both);

        decayed.firstTokenNanos = 60e6; // higher than when the trial started: it has responded

        assertThat(order(strategy, both).getFirst()).isSameAs(both.get(1));
        assertThat(order(strategy, both).getFirst()).isSameAs(both.get(1));
    }

    private List<Candidate> order(LatencyStrategy strategy, List<Candidate> candidates) {
        return strategy.order(candidates, new PlanContext(ModelRequirements.NONE, random));
    }

    private static double rank(Candidate candidate) {
        double nanos = candidate.health().firstTokenNanos("m");
        return nanos == 0 ? Double.MAX_VALUE : nanos;
    }

    private static List<Candidate> candidates(FakeProviderHealth... healths) {
        List<Candidate> candidates = new ArrayList<>();
        for (FakeProviderHealth health : Arrays.asList(healths)) {
            int index = candidates.size();
            candidates.add(new Candidate(new Target("p" + index, "m", 1, 1), index, health, ModelFacts.UNKNOWN));
        }
        return candidates;
    }
}
