package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A limit expires once and not early. Phases replace each other; the overall limit stays. */
class WatchdogTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5_000_000);
    private final List<TimeLimit> expired = new ArrayList<>();
    private Vertx vertx;
    private Watchdog watchdog;

    /** The timer is stopped and the test ticks. The clock overflows {@code long}, as nanoTime may. */
    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        watchdog = new Watchdog(vertx, clock::get);
        watchdog.close();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aPhaseExpiresOnceWhenItsTimeIsOver() {
        watchdog.watch(expired::add).phase(TimeLimit.IDLE, 100);

        pass(99);
        assertThat(expired).isEmpty();
        pass(1);
        pass(1000);
        assertThat(expired).containsExactly(TimeLimit.IDLE);
    }

    @Test
    void aNewPhaseReplacesTheOneBefore() {
        Watchdog.Watch watch = watchdog.watch(expired::add);
        watch.phase(TimeLimit.FIRST_BYTE, 100);
        pass(90);
        watch.phase(TimeLimit.IDLE, 100);

        pass(90);
        assertThat(expired).isEmpty();
        pass(10);
        assertThat(expired).containsExactly(TimeLimit.IDLE);
    }

    @Test
    void noPhaseExtendsTheOverallLimit() {
        Watchdog.Watch watch = watchdog.watch(expired::add).overall(TimeLimit.TOTAL, clock.get() + 150_000_000L);
        watch.phase(TimeLimit.IDLE, 100);
        pass(90);
        watch.phase(TimeLimit.IDLE, 100);

        pass(60);
        assertThat(expired).containsExactly(TimeLimit.TOTAL);
    }

    @Test
    void aPausedWatchHasOnlyItsOverallLimit() {
        Watchdog.Watch watch = watchdog.watch(expired::add).overall(TimeLimit.TOTAL, clock.get() + 500_000_000L);
        watch.phase(TimeLimit.IDLE, 100);
        watch.pause();

        pass(400);
        assertThat(expired).isEmpty();
        pass(100);
        assertThat(expired).containsExactly(TimeLimit.TOTAL);
    }

    @Test
    void aPausedWatchWithoutOverallLimitNeverExpires() {
        Watchdog.Watch watch = watchdog.watch(expired::add);
        watch.phase(TimeLimit.IDLE, 100);
        watch.pause();

        pass(100_000);
        assertThat(expired).isEmpty();
    }

    @Test
    void aReleasedWatchNeverExpiresAndMayBeReleasedAgain() {
        Watchdog.Watch watch = watchdog.watch(expired::add);
        watch.phase(TimeLimit.IDLE, 100);
        watch.release();
        watch.release();

        pass(1000);
        assertThat(expired).isEmpty();
    }

    @Test
    void aListenerThatReleasesOtherWatchesSparesThemAndLosesNoOther() {
        List<Watchdog.Watch> watches = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Watchdog.Watch watch = watchdog.watch(limit -> {
                numbers.add(number);
                if (number == 1) {
                    watches.get(2).release();
                    watches.get(3).release();
                }
            });
            watch.phase(TimeLimit.IDLE, 100);
            watches.add(watch);
        }

        pass(100);
        pass(Watchdog.TICK_MILLIS);
        assertThat(numbers).containsExactly(0, 1, 4);
    }

    @Test
    void theTimerTicksUntilTheWatchdogIsClosed() {
        List<TimeLimit> real = new CopyOnWriteArrayList<>();
        vertx.runOnContext(v -> new Watchdog(vertx).watch(real::add).phase(TimeLimit.IDLE, 50));

        await().untilAsserted(() -> assertThat(real).containsExactly(TimeLimit.IDLE));
    }

    private void pass(long millis) {
        clock.addAndGet(millis * 1_000_000);
        watchdog.tick();
    }
}
