package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A window agrees with a list of everything taken, also about the time to wait. */
final class SlidingWindowTest {

    private static final long LIMIT = 100;

    /**
     * @param after milliseconds since the step before
     * @param back how much of it is released {@code after} the next step; 0 for nothing
     */
    record Step(long after, long count, long back) {}

    /** One amount taken, in the list. */
    private record Taken(long second, long count) {}

    @Property(tries = 500)
    void theWindowAgreesWithAListOfEverythingTaken(@ForAll("steps") List<Step> steps) {
        SlidingWindow window = new SlidingWindow();
        List<Taken> list = new ArrayList<>();
        long millis = 5_000_000;
        for (Step step : steps) {
            millis += step.after();
            long second = millis / 1000;
            long used = used(list, second);

            long wait = window.waitMillis(step.count(), LIMIT, millis);
            long booked = window.reserve(step.count(), LIMIT, second);

            assertThat(booked).isEqualTo(used + step.count() <= LIMIT ? second : SlidingWindow.REFUSED);
            if (booked == SlidingWindow.REFUSED) {
                long ready = millis + wait;
                assertThat(used(list, (ready - 1) / 1000) + step.count()).isGreaterThan(LIMIT);
                assertThat(used(list, ready / 1000) + step.count()).isLessThanOrEqualTo(LIMIT);
            } else {
                assertThat(wait).isZero();
                list.add(new Taken(second, step.count() - step.back()));
                window.release(step.back(), second);
            }
            assertThat(window.used(second)).isEqualTo(used(list, second));
            long free = window.resetMillis(millis);
            assertThat(used(list, (millis + free) / 1000)).isZero();
            assertThat(free == 0 || used(list, (millis + free - 1) / 1000) > 0).isTrue();
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> after = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(6, Arbitraries.longs().between(0, 1500)),
                net.jqwik.api.Tuple.of(3, Arbitraries.longs().between(0, 30_000)),
                net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(0, 200_000)));
        return Combinators.combine(
                        after,
                        Arbitraries.longs().between(1, 60),
                        Arbitraries.longs().between(0, 60))
                .as((wait, count, back) -> new Step(wait, count, Math.min(back, count)))
                .list()
                .ofMaxSize(80);
    }

    private static long used(List<Taken> list, long second) {
        return list.stream()
                .filter(taken -> taken.second() > second - 61)
                .mapToLong(Taken::count)
                .sum();
    }
}
