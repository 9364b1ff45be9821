package dev.sluice.provider.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.admission.ConcurrencyLimiter.ReleaseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Permits never exceed the limit and are released once; waiters are admitted in order or rejected at once. */
class ConcurrencyLimiterTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5 * MILLI);
    private final AtomicInteger rejectedCount = new AtomicInteger();
    private final List<String> heard = new ArrayList<>();
    private final List<ConcurrencyLimiter.Permit> places = new ArrayList<>();
    private final List<GatewayError> refusals = new ArrayList<>();

    @Test
    void waitersAreAdmittedByPriorityThenByArrival() {
        ConcurrencyLimiter limiter = limiter(1, 10);
        ConcurrencyLimiter.Permit first = limiter.acquire();
        queue(limiter, 5, "a");
        queue(limiter, 7, "b");
        queue(limiter, 5, "c");
        queue(limiter, 9, "d");

        first.release(ReleaseReason.SUCCESS);
        for (int i = 0; i < 4; i++) {
            places.get(i).release(ReleaseReason.SUCCESS);
        }

        assertThat(heard).containsExactly("d", "b", "a", "c");
        assertThat(limiter.running()).isZero();
        assertThat(limiter.waiting()).isZero();
    }

    @Test
    void aNewCallDoesNotOvertakeWaiters() {
        AtomicInteger limit = new AtomicInteger(1);
        ConcurrencyLimiter limiter = limiter(limit::get, 10);
        limiter.acquire();
        queue(limiter, 5, "a");
        limit.set(2);

        assertThat(limiter.acquire()).isNull();
    }

    @Test
    void aNewCallAtAFullQueueDisplacesTheLowestPriority() {
        ConcurrencyLimiter limiter = limiter(1, 2);
        limiter.acquire();
        queue(limiter, 5, "a");
        queue(limiter, 3, "b");

        queue(limiter, 6, "c");

        assertThat(heard).containsExactly("b rejected");
        assertThat(limiter.waiting()).isEqualTo(2);
        assertThat(rejectedCount).hasValue(1);
    }

    @Test
    void aNewCallOfTheLowestPriorityIsRejectedItself() {
        ConcurrencyLimiter limiter = limiter(1, 2);
        limiter.acquire();
        queue(limiter, 5, "a");
        queue(limiter, 5, "b");

        queue(limiter, 5, "c");

        assertThat(heard).containsExactly("c rejected");
        GatewayError error = refusals.getFirst();
        assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.code()).isEqualTo("saturated");
        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.message())
                .isEqualTo("provider up is at its concurrency limit of 1: 1 running and 2 waiting; retry later");
    }

    @Test
    void retryAfterIsTheTimeUntilAllWaitersAreAdmitted() {
        ConcurrencyLimiter limiter = limiter(2, 1);
        ConcurrencyLimiter.Permit earlier = limiter.acquire();
        clock.addAndGet(600 * MILLI);
        earlier.release(ReleaseReason.SUCCESS);
        limiter.acquire();
        limiter.acquire();
        queue(limiter, 5, "a");

        queue(limiter, 5, "b");

        // Two calls run for 600 ms each, so a permit is released every 300 ms, and the second one goes to b.
        assertThat(refusals.getFirst().retryAfterMillis()).isEqualTo(600);
    }

    @Test
    void aCancelledWaiterIsNotAdmittedAndLeavesTheQueue() {
        ConcurrencyLimiter limiter = limiter(1, 1);
        ConcurrencyLimiter.Permit running = limiter.acquire();
        ConcurrencyLimiter.QueueEntry leaving = queue(limiter, 5, "a");

        assertThat(leaving.cancel()).isTrue();
        assertThat(leaving.cancel()).isFalse();
        assertThat(limiter.waiting()).isZero();
        queue(limiter, 5, "b");
        running.release(ReleaseReason.SUCCESS);

        assertThat(heard).containsExactly("b");
    }

    @Test
    void anAdmittedWaiterCannotBeCancelled() {
        ConcurrencyLimiter limiter = limiter(1, 1);
        ConcurrencyLimiter.Permit running = limiter.acquire();
        ConcurrencyLimiter.QueueEntry entry = queue(limiter, 5, "a");
        running.release(ReleaseReason.SUCCESS);

        assertThat(entry.reject()).isNull();
        assertThat(entry.cancel()).isFalse();
    }

    @Test
    void withoutAQueueACallBeyondTheLimitIsRejectedAtOnce() {
        ConcurrencyLimiter limiter = limiter(1, 0);
        limiter.acquire();

        queue(limiter, 9, "a");

        assertThat(heard).containsExactly("a rejected");
        assertThat(limiter.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(ReleaseReason.class)
    void aPermitIsReleasedOnceForEachReason(ReleaseReason reason) {
        ConcurrencyLimiter limiter = limiter(2, 0);
        ConcurrencyLimiter.Permit permit = limiter.acquire();
        limiter.acquire();

        permit.release(reason);
        permit.release(reason);

        assertThat(limiter.running()).isEqualTo(1);
    }

    @Test
    void aRisingLimitAdmitsWaiters() {
        AtomicInteger limit = new AtomicInteger(1);
        ConcurrencyLimiter limiter = limiter(limit::get, 10);
        ConcurrencyLimiter.Permit permit = limiter.acquire();
        queue(limiter, 5, "a");
        queue(limiter, 5, "b");

        limit.set(3);
        permit.responseReceived(false);

        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void theLimiterIsSaturatedWhenLimitAndQueueAreFull() {
        ConcurrencyLimiter limiter = limiter(1, 1);
        assertThat(limiter.saturated()).isFalse();
        limiter.acquire();
        assertThat(limiter.saturated()).isFalse();
        queue(limiter, 5, "a");
        assertThat(limiter.saturated()).isTrue();
        assertThat(limiter.limit()).isEqualTo(1);
    }

    @Test
    void manyThreadsStayWithinTheLimitAndNoWaiterIsLost() throws Exception {
        int threads = 4;
        int each = 20_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger rejected = new AtomicInteger();
        ConcurrencyLimiter limiter = new ConcurrencyLimiter("up", () -> 3, 8, 1_000, System::nanoTime, () -> {});
        CountDownLatch done = new CountDownLatch(threads);
        List<Thread> all = IntStream.range(0, threads)
                .mapToObj(thread -> new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        ConcurrencyLimiter.Permit free = limiter.acquire();
                        if (free != null) {
                            run(free, inside, most, admitted);
                        } else {
                            ConcurrencyLimiter.QueueEntry entry =
                                    limiter.enqueue(i % 10, new ConcurrencyLimiter.Waiter() {
                                        @Override
                                        public void admitted(ConcurrencyLimiter.Permit permit) {
                                            run(permit, inside, most, admitted);
                                        }

                                        @Override
                                        public void rejected(GatewayError saturated) {
                                            rejected.incrementAndGet();
                                        }
                                    });
                            if (i % 7 == 0 && entry.cancel()) {
                                rejected.incrementAndGet();
                            }
                        }
                    }
                    done.countDown();
                }))
                .toList();

        all.forEach(Thread::start);
        done.await();

        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(admitted.get() + rejected.get()).isEqualTo(threads * each);
        assertThat(limiter.running()).isZero();
        assertThat(limiter.waiting()).isZero();
    }

    private static void run(
            ConcurrencyLimiter.Permit permit, AtomicInteger inside, AtomicInteger most, AtomicInteger admitted) {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        admitted.incrementAndGet();
        Thread.onSpinWait();
        inside.decrementAndGet();
        permit.release(ReleaseReason.SUCCESS);
    }

    private ConcurrencyLimiter limiter(int limit, int queue) {
        return limiter(() -> limit, queue);
    }

    private ConcurrencyLimiter limiter(ConcurrencyLimit concurrencyLimit, int queue) {
        return new ConcurrencyLimiter("up", concurrencyLimit, queue, 1_000, clock::get, rejectedCount::incrementAndGet);
    }

    private ConcurrencyLimiter.QueueEntry queue(ConcurrencyLimiter limiter, int priority, String name) {
        return limiter.enqueue(priority, new ConcurrencyLimiter.Waiter() {
            @Override
            public void admitted(ConcurrencyLimiter.Permit permit) {
                heard.add(name);
                places.add(permit);
            }

            @Override
            public void rejected(GatewayError saturated) {
                heard.add(name + " rejected");
                refusals.add(saturated);
            }
        });
    }
}
