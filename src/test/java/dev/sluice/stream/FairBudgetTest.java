package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FairBudgetTest {

    private final FairBudget budget = new FairBudget(100);

    @Test
    void oneCallerGetsHalfOfItAndOthersTheirShareOfTheRest() {
        FairBudget.Lease first = budget.lease("a");
        assertThat(first.take(50)).isTrue();
        assertThat(first.take(1)).isFalse();
        assertThat(budget.lease("a").take(1)).isFalse();

        FairBudget.Lease second = budget.lease("b");
        assertThat(second.take(26)).isFalse();
        assertThat(second.take(25)).isTrue();
        assertThat(budget.lease("c").take(12)).isTrue();
        assertThat(budget.used()).isEqualTo(87);
        assertThat(budget.refusals()).isEqualTo(3);
    }

    @Test
    void aCallerThatNeedNotShareGetsAllOfIt() {
        FairBudget.Lease all = budget.lease(null);

        assertThat(all.largest()).isEqualTo(100);
        assertThat(budget.lease("a").largest()).isEqualTo(50);
        assertThat(all.take(100)).isTrue();
        assertThat(all.take(1)).isFalse();
        assertThat(budget.callers()).isEqualTo(1);
    }

    @Test
    void aLeaseReturnsEverythingOnceAndTakesNothingAfterwards() {
        FairBudget.Lease lease = budget.lease("a");
        FairBudget.Lease other = budget.lease("a");
        assertThat(lease.take(20)).isTrue();
        assertThat(other.take(10)).isTrue();

        lease.close();
        lease.close();

        assertThat(budget.used()).isEqualTo(10);
        assertThat(lease.take(1)).isFalse();
        assertThat(budget.used()).isEqualTo(10);
        other.close();
        assertThat(budget.used()).isZero();
        assertThat(budget.callers()).isZero();
    }

    @Test
    void aLowerLimitRefusesUntilEnoughIsReturned() {
        FairBudget.Lease lease = budget.lease("a");
        assertThat(lease.take(40)).isTrue();

        budget.limit(30);

        assertThat(budget.lease("b").take(1)).isFalse();
        lease.close();
        assertThat(budget.lease("b").take(15)).isTrue();
    }

    /** Callers take, lose races against the closing of their own lease, and never exceed the limit. */
    @Test
    void manyThreadsNeverExceedItAndReturnToZero() throws Exception {
        int threads = 8;
        AtomicLong most = new AtomicLong();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int seed = i;
                all.add(pool.submit(() -> {
                    Random random = new Random(seed);
                    start.await();
                    for (int round = 0; round < 20_000; round++) {
                        FairBudget.Lease lease = budget.lease("caller-" + random.nextInt(3));
                        Future<?> closing = round % 64 == 0 ? pool.submit(lease::close) : null;
                        for (int take = 0; take < 4; take++) {
                            lease.take(1 + random.nextInt(30));
                        }
                        most.accumulateAndGet(budget.used(), Math::max);
                        lease.close();
                        if (closing != null) {
                            closing.cancel(false);
                        }
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(most.get()).isBetween(1L, 100L);
        assertThat(budget.used()).isZero();
        assertThat(budget.callers()).isZero();
    }
}
