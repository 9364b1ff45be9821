package dev.sluice.provider.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.admission.Intake.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No more places than the bound, each given back once; who waits is served by rank, and who is shed hears at once. */
class IntakeTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5 * MILLI);
    private final AtomicInteger shedCount = new AtomicInteger();
    private final List<String> heard = new ArrayList<>();
    private final List<Intake.Place> places = new ArrayList<>();
    private final List<GatewayError> refusals = new ArrayList<>();

    @Test
    void whoWaitsIsServedByPriorityThenByArrival() {
        Intake intake = intake(1, 10);
        Intake.Place first = intake.free();
        queue(intake, 5, "a");
        queue(intake, 7, "b");
        queue(intake, 5, "c");
        queue(intake, 9, "d");

        first.end(Ending.SUCCESS);
        for (int i = 0; i < 4; i++) {
            places.get(i).end(Ending.SUCCESS);
        }

        assertThat(heard).containsExactly("d", "b", "a", "c");
        assertThat(intake.running()).isZero();
        assertThat(intake.waiting()).isZero();
    }

    @Test
    void nobodyOvertakesWhoWaits() {
        AtomicInteger limit = new AtomicInteger(1);
        Intake intake = intake(limit::get, 10);
        intake.free();
        queue(intake, 5, "a");
        limit.set(2);

        assertThat(intake.free()).isNull();
    }

    @Test
    void aNewcomerToAFullQueueShedsTheLowestPriority() {
        Intake intake = intake(1, 2);
        intake.free();
        queue(intake, 5, "a");
        queue(intake, 3, "b");

        queue(intake, 6, "c");

        assertThat(heard).containsExactly("b shed");
        assertThat(intake.waiting()).isEqualTo(2);
        assertThat(shedCount).hasValue(1);
    }

    @Test
    void aNewcomerThatIsTheLowestIsShedItself() {
        Intake intake = intake(1, 2);
        intake.free();
        queue(intake, 5, "a");
        queue(intake, 5, "b");

        queue(intake, 5, "c");

        assertThat(heard).containsExactly("c shed");
        GatewayError error = refusals.getFirst();
        assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.code()).isEqualTo("saturated");
        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.message()).isEqualTo("provider up is full: 1 requests run and 2 wait (at most 1 run at once)");
    }

    @Test
    void retryAfterIsWhenThoseWhoWaitWillHaveHadAPlace() {
        Intake intake = intake(2, 1);
        Intake.Place earlier = intake.free();
        clock.addAndGet(600 * MILLI);
        earlier.end(Ending.SUCCESS);
        intake.free();
        intake.free();
        queue(intake, 5, "a");

        queue(intake, 5, "b");

        // two run for 600 ms each, so a place comes free each 300 ms, and the second of them is b's
        assertThat(refusals.getFirst().retryAfterMillis()).isEqualTo(600);
    }

    @Test
    void whoLeavesIsNotServedAndItsRoomIsFree() {
        Intake intake = intake(1, 1);
        Intake.Place running = intake.free();
        Intake.Waiter leaving = queue(intake, 5, "a");

        assertThat(leaving.leave()).isTrue();
        assertThat(leaving.leave()).isFalse();
        assertThat(intake.waiting()).isZero();
        queue(intake, 5, "b");
        running.end(Ending.SUCCESS);

        assertThat(heard).containsExactly("b");
    }

    @Test
    void whoWasAdmittedCannotLeave() {
        Intake intake = intake(1, 1);
        Intake.Place running = intake.free();
        Intake.Waiter waiter = queue(intake, 5, "a");
        running.end(Ending.SUCCESS);

        assertThat(waiter.giveUp()).isNull();
        assertThat(waiter.leave()).isFalse();
    }

    @Test
    void withoutAQueueOneMoreIsRefusedAtOnce() {
        Intake intake = intake(1, 0);
        intake.free();

        queue(intake, 9, "a");

        assertThat(heard).containsExactly("a shed");
        assertThat(intake.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void aPlaceIsGivenBackOnceHoweverItEnds(Ending ending) {
        Intake intake = intake(2, 0);
        Intake.Place place = intake.free();
        intake.free();

        place.end(ending);
        place.end(ending);

        assertThat(intake.running()).isEqualTo(1);
    }

    @Test
    void aBoundThatRisesServesThoseWhoWait() {
        AtomicInteger limit = new AtomicInteger(1);
        Intake intake = intake(limit::get, 10);
        Intake.Place place = intake.free();
        queue(intake, 5, "a");
        queue(intake, 5, "b");

        limit.set(3);
        place.answered(false);

        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void itIsSaturatedWhenBoundAndQueueAreFull() {
        Intake intake = intake(1, 1);
        assertThat(intake.saturated()).isFalse();
        intake.free();
        assertThat(intake.saturated()).isFalse();
        queue(intake, 5, "a");
        assertThat(intake.saturated()).isTrue();
        assertThat(intake.limit()).isEqualTo(1);
    }

    @Test
    void manyThreadsNeverRunMoreThanTheBoundAndNobodyIsForgotten() throws Exception {
        int threads = 4;
        int each = 20_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger shed = new AtomicInteger();
        Intake intake = new Intake("up", () -> 3, 8, 1_000, System::nanoTime, () -> {});
        CountDownLatch done = new CountDownLatch(threads);
        List<Thread> all = IntStream.range(0, threads)
                .mapToObj(thread -> new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        Intake.Place free = intake.free();
                        if (free != null) {
                            run(free, inside, most, admitted);
                        } else {
                            Intake.Waiter waiter = intake.queue(i % 10, new Intake.Asker() {
                                @Override
                                public void admitted(Intake.Place place) {
                                    run(place, inside, most, admitted);
                                }

                                @Override
                                public void shed(GatewayError saturated) {
                                    shed.incrementAndGet();
                                }
                            });
                            if (i % 7 == 0 && waiter.leave()) {
                                shed.incrementAndGet();
                            }
                        }
                    }
                    done.countDown();
                }))
                .toList();

        all.forEach(Thread::start);
        done.await();

        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(admitted.get() + shed.get()).isEqualTo(threads * each);
        assertThat(intake.running()).isZero();
        assertThat(intake.waiting()).isZero();
    }

    private static void run(Intake.Place place, AtomicInteger inside, AtomicInteger most, AtomicInteger admitted) {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        admitted.incrementAndGet();
        Thread.onSpinWait();
        inside.decrementAndGet();
        place.end(Ending.SUCCESS);
    }

    private Intake intake(int limit, int queue) {
        return intake(() -> limit, queue);
    }

    private Intake intake(Bound bound, int queue) {
        return new Intake("up", bound, queue, 1_000, clock::get, shedCount::incrementAndGet);
    }

    private Intake.Waiter queue(Intake intake, int priority, String name) {
        return intake.queue(priority, new Intake.Asker() {
            @Override
            public void admitted(Intake.Place place) {
                heard.add(name);
                places.add(place);
            }

            @Override
            public void shed(GatewayError saturated) {
                heard.add(name + " shed");
                refusals.add(saturated);
            }
        });
    }
}
