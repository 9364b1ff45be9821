package dev.sluice.provider.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.config.ConfigSamples;
import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.model.BreakerStatus.State;
import dev.sluice.provider.breaker.Outcome;
import dev.sluice.provider.breaker.ProviderBreaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A health check may advance or delay the next probe, and never closes a breaker. */
class HealthCheckerTest {

    private static final long EVERY = 5;
    private static final Duration OPEN_FOR = Duration.ofMinutes(10);

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger checkStatus = new AtomicInteger(200);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private Vertx vertx;
    private ProviderBreaker breaker;
    private HealthChecker healthChecker;

    @BeforeEach
    void start() throws InterruptedException {
        vertx = Vertx.vertx();
        Breaker settings = ConfigSamples.breaker(2, OPEN_FOR);
        breaker = new ProviderBreaker(
                vertx,
                "up",
                settings,
                60_000,
                state -> {
                    if (state == State.OPEN) {
                        healthChecker.start();
                    }
                },
                () -> 0);
        CountDownLatch made = new CountDownLatch(1);
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(v -> {
            healthChecker = new HealthChecker(vertx, this::tripped, millis -> check(), EVERY, 0.2);
            made.countDown();
        });
        made.await();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void closedBreakersAreNotChecked() {
        breaker.acquire().release(Outcome.ERROR, -1);
        healthChecker.start();
        settle();

        assertThat(calls).hasValue(0);
    }

    @Test
    void aSuccessfulCheckAdvancesTheProbeAndClosesNoBreaker() {
        trip();

        await().until(() -> breaker.state() == State.HALF_OPEN);
        settle();

        assertThat(calls).hasValue(1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 500, 503})
    void failedChecksKeepTheBreakerOpenUntilOneSucceeds(int status) {
        checkStatus.set(status);
        trip();
        await().until(() -> calls.get() >= 3);
        assertThat(breaker.state()).isEqualTo(State.OPEN);

        checkStatus.set(204);

        await().until(() -> breaker.state() == State.HALF_OPEN);
        assertThat(threads).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {HealthCheckQuery.NOT_SENT, 301, 401, 404, 429})
    void inconclusiveChecksDoNotDelayTheProbe(int status) {
        checkStatus.set(status);
        trip();
        long due = breaker.retryAfterMillis();

        await().until(() -> calls.get() >= 3);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.retryAfterMillis()).isLessThanOrEqualTo(due);
    }

    /** The health check succeeds while requests fail: it must not cause one failing probe after another. */
    @Test
    void afterAFailedProbeSuccessfulChecksAreIgnoredUntilACheckFails() {
        trip();
        await().until(() -> breaker.state() == State.HALF_OPEN);
        breaker.acquire().release(Outcome.ERROR, -1);
        int before = calls.get();

        await().until(() -> calls.get() >= before + 3);
        assertThat(breaker.state()).isEqualTo(State.OPEN);

        checkStatus.set(503);
        int failing = calls.get();
        await().until(() -> calls.get() >= failing + 2);
        checkStatus.set(200);
        await().until(() -> breaker.state() == State.HALF_OPEN);
    }

    @Test
    void failedChecksDelayTheProbeUpToFourTimesTheOpenDuration() {
        checkStatus.set(-1);
        trip();
        long openFor = OPEN_FOR.toMillis();

        breaker.healthCheckFailed(2 * openFor);
        assertThat(breaker.retryAfterMillis()).isBetween(2 * openFor - 10_000, 2 * openFor);
        breaker.healthCheckFailed(openFor);
        assertThat(breaker.retryAfterMillis()).isBetween(2 * openFor - 10_000, 2 * openFor);
        breaker.healthCheckFailed(9 * openFor);
        assertThat(breaker.retryAfterMillis()).isBetween(4 * openFor - 10_000, 4 * openFor);
    }

    private void trip() {
        breaker.acquire().release(Outcome.ERROR, -1);
        breaker.acquire().release(Outcome.ERROR, -1);
    }

    private List<ProviderBreaker> tripped() {
        return Stream.of(breaker).filter(ProviderBreaker::isOpenByRule).toList();
    }

    private Future<HealthCheckQuery.Result> check() {
        threads.add(Thread.currentThread());
        calls.incrementAndGet();
        return Future.succeededFuture(
                new HealthCheckQuery.Result(checkStatus.get() == 200, checkStatus.get(), 1, "checked"));
    }

    /** Waits twenty intervals, in which a check that is due would run. */
    private void settle() {
        CountDownLatch later = new CountDownLatch(1);
        vertx.setTimer(20 * EVERY, id -> later.countDown());
        await().until(() -> later.getCount() == 0);
    }
}
