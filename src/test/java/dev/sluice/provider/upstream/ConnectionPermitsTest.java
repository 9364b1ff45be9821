package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ProviderConfig;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Permits that several event loops share. */
class ConnectionPermitsTest {

    private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
    private final List<ContextInternal> loops =
            IntStream.range(0, 4).mapToObj(i -> vertx.createEventLoopContext()).toList();
    private final Queue<String> resumed = new ConcurrentLinkedQueue<>();

    static ConnectionPermits permits(ProviderConfig.Pool like, int connections, int queue) {
        return new ConnectionPermits(new ProviderConfig.Pool(connections, queue, like.keepAlive(), like.http2()), 2);
    }

    private static ConnectionPermits permits(int connections, int queue) {
        return permits(
                new ProviderConfig.Pool(1, 1, Duration.ofSeconds(1), ProviderConfig.Http2.AUTO), connections, queue);
    }

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void aReleasedPermitGoesToTheOldestWaiterOnItsOwnLoop() {
        ConnectionPermits permits = permits(1, 10);
        assertThat(permits.acquire(loops.get(0), () -> resumed.add("first"))).isNull();
        permits.acquire(loops.get(1), () -> resumed.add("second on " + onLoop(1)));
        ConnectionPermits.Waiter gone = permits.acquire(loops.get(0), () -> resumed.add("gone"));
        permits.acquire(loops.get(2), () -> resumed.add("third on " + onLoop(2)));
        assertThat(resumed).containsExactly("first");

        assertThat(gone.cancel()).isTrue();
        assertThat(gone.cancel()).isFalse();
        assertThat(permits.waiting()).isEqualTo(2);
        permits.release();
        await().until(() -> resumed.size() == 2);
        permits.release();
        await().until(() -> resumed.size() == 3);
        permits.release();

        assertThat(resumed).containsExactly("first", "second on true", "third on true");
        assertThat(permits.used()).isZero();
        assertThat(permits.waiting()).isZero();
    }

    private boolean onLoop(int number) {
        return loops.get(number).nettyEventLoop().inEventLoop();
    }

    @Test
    void aFullQueueFailsAtOnceAndAWaiterThatLeavesMakesRoom() {
        ConnectionPermits permits = permits(1, 1);
        permits.acquire(loops.get(0), () -> {});
        ConnectionPermits.Waiter waiter = permits.acquire(loops.get(0), () -> {});

        assertThatThrownBy(() -> permits.acquire(loops.get(0), () -> {}))
                .isInstanceOf(ConnectionPoolTooBusyException.class);
        waiter.cancel();
        assertThat(permits.acquire(loops.get(0), () -> {})).isNotNull();
    }

    @Test
    void noPermitIsLostOrGivenTwice() {
        ConnectionPermits permits = permits(3, 100);
        AtomicInteger inUse = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        int each = 20_000;
        for (ContextInternal loop : loops) {
            loop.runOnContext(v -> {
                List<ConnectionPermits.Waiter> waiters = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    try {
                        waiters.add(permits.acquire(loop, () -> {
                            most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
                            inUse.decrementAndGet();
                            ended.incrementAndGet();
                            permits.release();
                        }));
                    } catch (ConnectionPoolTooBusyException full) {
                        ended.incrementAndGet();
                    }
                    if (waiters.size() > 8) {
                        waiters.stream()
                                .filter(waiter -> waiter != null
                                        && ThreadLocalRandom.current().nextBoolean())
                                .filter(ConnectionPermits.Waiter::cancel)
                                .forEach(gone -> ended.incrementAndGet());
                        waiters.clear();
                    }
                }
            });
        }

        await().until(() -> ended.get() == loops.size() * each);
        assertThat(most).hasValueLessThanOrEqualTo(3);
        await().until(() -> permits.used() == 0);
        assertThat(permits.waiting()).isZero();
    }
}
