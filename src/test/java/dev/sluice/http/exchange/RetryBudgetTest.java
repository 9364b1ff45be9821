package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Retries stay a share of the traffic; a few are always available when there is little traffic. */
class RetryBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void aFewAreLentBeforeAnythingIsEarnedAndOneMoreEachTenSeconds() {
        RetryBudget budget = new RetryBudget(0);

        assertThat(IntStream.range(0, 5).filter(i -> budget.withdraw(0)).count())
                .isEqualTo(RetryBudget.LOANS);
        assertThat(budget.withdraw(9 * SECOND)).isFalse();
        assertThat(budget.withdraw(10 * SECOND)).isTrue();
        assertThat(budget.withdraw(10 * SECOND)).isFalse();
    }

    @Test
    void aLongPeaceDoesNotPayForAStorm() {
        RetryBudget budget = new RetryBudget(0);
        IntStream.range(0, 100_000).forEach(i -> budget.deposit(1));

        assertThat(IntStream.range(0, 1_000).filter(i -> budget.withdraw(0)).count())
                .isEqualTo(RetryBudget.MAX_TOKENS + RetryBudget.LOANS);
    }

    /** Every request fails and wants a repeat, whatever the share and the pace. */
    @Property
    void theShareHoldsOverManyRequests(
            @ForAll @DoubleRange(min = 0, max = 1) double share,
            @ForAll @IntRange(min = 1, max = 3_000) int requests,
            @ForAll @IntRange(min = 0, max = 100) int millisBetween) {
        RetryBudget budget = new RetryBudget(0);
        int repeats = 0;
        for (int i = 0; i < requests; i++) {
            budget.deposit(share);
            repeats += budget.withdraw(i * (long) millisBetween * 1_000_000) ? 1 : 0;
        }
        double lent = RetryBudget.LOANS + (double) requests * millisBetween / 1e3 / RetryBudget.LOAN_SECONDS;

        assertThat((double) repeats).isLessThanOrEqualTo(share * requests + lent + 1e-9);
    }

    @Property(tries = 30)
    void noTokenIsSpentTwiceByTwoLoops(@ForAll @Size(4) List<@IntRange(min = 1, max = 200) Integer> wants)
            throws InterruptedException {
        RetryBudget budget = new RetryBudget(0);
        IntStream.range(0, 50).forEach(i -> budget.deposit(1));
        AtomicInteger got = new AtomicInteger();

        List<Thread> loops = wants.stream()
                .map(want -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < want; i++) {
                        if (budget.withdraw(0)) {
                            got.incrementAndGet();
                        }
                    }
                }))
                .toList();
        for (Thread loop : loops) {
            loop.join();
        }

        int wanted = wants.stream().mapToInt(Integer::intValue).sum();
        assertThat(got.get()).isEqualTo(Math.min(wanted, 50 + RetryBudget.LOANS));
    }
}
