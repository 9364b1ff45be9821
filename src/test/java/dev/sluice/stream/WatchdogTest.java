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

/** A limit bites once, when its time is over and not before; phases replace each other, the overall limit stays. */
class WatchdogTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5_000_000);
    private final List<String> bitten = new ArrayList<>();
    private Vertx vertx;
    private Watchdog dog;

    /** The timer is stopped: the test ticks. The clock runs over the end of {@code long}, as nanoTime may. */
    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        dog = new Watchdog(vertx, clock::get);
        dog.close();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aPhaseBitesOnceWhenItsTimeIsOver() {
        dog.watch(bitten::add).phase("idle", 100);

        pass(99);
        assertThat(bitten).isEmpty();
        pass(1);
        pass(1000);
        assertThat(bitten).containsExactly("idle");
    }

    @Test
    void aNewPhaseReplacesTheOneBefore() {
        Watchdog.Watch watch = dog.watch(bitten::add);
        watch.phase("first_byte", 100);
        pass(90);
        watch.phase("idle", 100);

        pass(90);
        assertThat(bitten).isEmpty();
        pass(10);
        assertThat(bitten).containsExactly("idle");
    }

    @Test
    void noPhaseExtendsTheOverallLimit() {
        Watchdog.Watch watch = dog.watch(bitten::add).overall("total", clock.get() + 150_000_000L);
        watch.phase("idle", 100);
        pass(90);
        watch.phase("idle", 100);

        pass(60);
        assertThat(bitten).containsExactly("total");
    }

    @Test
    void aPausedWatchHasOnlyItsOverallLimit() {
        Watchdog.Watch watch = dog.watch(bitten::add).overall("total", clock.get() + 500_000_000L);
        watch.phase("idle", 100);
        watch.pause();

        pass(400);
        assertThat(bitten).isEmpty();
        pass(100);
        assertThat(bitten).containsExactly("total");
    }

    @Test
    void aPausedWatchWithoutOverallLimitNeverBites() {
        Watchdog.Watch watch = dog.watch(bitten::add);
        watch.phase("idle", 100);
        watch.pause();

        pass(100_000);
        assertThat(bitten).isEmpty();
    }

    @Test
    void aReleasedWatchNeverBitesAndMayBeReleasedAgain() {
        Watchdog.Watch watch = dog.watch(bitten::add);
        watch.phase("idle", 100);
        watch.release();
        watch.release();

        pass(1000);
        assertThat(bitten).isEmpty();
    }

    @Test
    void aBiteThatReleasesItsNeighboursSparesThemAndLosesNobodyElse() {
        List<Watchdog.Watch> watches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Watchdog.Watch watch = dog.watch(limit -> {
                bitten.add(limit + number);
                if (number == 1) {
                    watches.get(2).release();
                    watches.get(3).release();
                }
            });
            watch.phase("w", 100);
            watches.add(watch);
        }

        pass(100);
        pass(Watchdog.TICK_MILLIS);
        assertThat(bitten).containsExactly("w0", "w1", "w4");
    }

    @Test
    void itTicksByItselfUntilClosed() {
        List<String> real = new CopyOnWriteArrayList<>();
        vertx.runOnContext(v -> new Watchdog(vertx).watch(real::add).phase("idle", 50));

        await().untilAsserted(() -> assertThat(real).containsExactly("idle"));
    }

    private void pass(long millis) {
        clock.addAndGet(millis * 1_000_000);
        dog.tick();
    }
}
