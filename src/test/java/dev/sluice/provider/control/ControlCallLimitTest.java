package dev.sluice.provider.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlCallLimitTest {

    private final Vertx vertx = Vertx.vertx();
    private final ControlCallLimit limit = ControlCallLimit.of(vertx, ControlCallLimit.Purpose.MODEL_LISTS);
    private final Queue<Promise<Integer>> started = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void theProcessHasOneForEachPurpose() {
        assertThat(ControlCallLimit.of(vertx, ControlCallLimit.Purpose.MODEL_LISTS))
                .isSameAs(limit);
        assertThat(ControlCallLimit.of(vertx, ControlCallLimit.Purpose.HEALTH_CHECKS))
                .isNotSameAs(limit);
    }

    @Test
    void callsAboveTheLimitStartWhenOthersEnd() {
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            results.add(limit.run(vertx, () -> {
                Promise<Integer> call = Promise.promise();
                started.add(call);
                return call.future();
            }));
        }
        for (int ended = 0; ended < 1_000; ended++) {
            int running = Math.min(ControlCallLimit.MOST, 1_000 - ended);
            awaitStarted(running);
            assertThat(started).hasSize(running);
            started.remove().complete(ended);
        }
        await().until(() -> results.stream().allMatch(Future::succeeded));
    }

    /**
     * A permit is passed on within microseconds: pauses as long as those of Awaitility would add up to half a minute.
     */
    private void awaitStarted(int calls) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (started.size() < calls && System.nanoTime() < deadline) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void failuresReturnTheirPermits() {
        for (int i = 0; i < 2 * ControlCallLimit.MOST; i++) {
            Future<Integer> failed = limit.run(vertx, () -> Future.failedFuture("refused"));
            Future<Integer> thrown = limit.run(vertx, () -> {
                throw new IllegalStateException("a bug");
            });
            assertThat(RunningSluice.await(failed.recover(refused -> Future.succeededFuture(-1))))
                    .isEqualTo(-1);
            assertThat(RunningSluice.await(thrown.recover(bug -> Future.succeededFuture(-1))))
                    .isEqualTo(-1);
        }
        assertThat(RunningSluice.await(limit.run(vertx, () -> Future.succeededFuture(7))))
                .isEqualTo(7);
    }
}
