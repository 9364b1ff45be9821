package dev.sluice.provider.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ConfigSamples;
import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.model.BreakerStatus.State;
import dev.sluice.testkit.CapturedLog;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The window of outcomes opens the breaker, one probe closes it, and outcomes of earlier phases are ignored. */
class ProviderBreakerTest {

    private static final long QUICK = 5;
    private static final long PROBE_MILLIS = 300;

    private final List<State> turns = new CopyOnWriteArrayList<>();
    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theShareOfFailuresOpensTheBreakerOnceThereAreEnoughCalls() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(1));

        record(breaker, Outcome.FAILURE, 3);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        record(breaker, Outcome.SUCCESS, 1);
        record(breaker, Outcome.FAILURE, 1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.reason()).isEqualTo("4 of 5 calls failed within 30s");
        assertThat(breaker.acquire()).isNull();
        assertThat(breaker.retryAfterMillis()).isBetween(30_000L, 60_000L);
        assertThat(turns).containsExactly(State.OPEN);
    }

    @Test
    void fewerFailuresThanTheShareKeepItClosed() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(1));

        for (int i = 0; i < 20; i++) {
            record(breaker, Outcome.SUCCESS, 2);
            record(breaker, Outcome.FAILURE, 1);
        }

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** One line when the outage begins and one when it ends, not one for each probe. */
    @Test
    void anOutageIsLoggedOnce() {
        try (CapturedLog log = CapturedLog.open()) {
            ProviderBreaker breaker = breaker(Duration.ofMillis(50));
            record(breaker, Outcome.FAILURE, 5);
            await().until(() -> breaker.state() == State.HALF_OPEN);
            record(breaker, Outcome.FAILURE, 1);
            await().until(() -> breaker.state() == State.HALF_OPEN);
            record(breaker, Outcome.SUCCESS, 1);

            assertThat(breaker.state()).isEqualTo(State.CLOSED);
            assertThat(log.lines().stream().filter(line -> line.contains("The breaker of up ")))
                    .satisfiesExactly(
                            opened -> assertThat(opened)
                                    .startsWith("WARN The breaker of up opened: 5 of 5 calls failed within "),
                            closed -> assertThat(closed).isEqualTo("INFO The breaker of up closed: a call succeeded"));
        }
    }

    @Test
    void slowCallsOpenIt() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(1));

        for (int i = 0; i < 5; i++) {
            breaker.acquire().release(Outcome.SUCCESS, 1001);
        }

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.reason()).contains("5 of 5 calls were slower than 1000ms");
    }

    @ParameterizedTest
    @EnumSource(names = {"THROTTLED", "REFUSED", "CANCELLED"})
    void neutralOutcomesDoNotCount(Outcome outcome) {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(1));

        record(breaker, outcome, 100);
        record(breaker, Outcome.FAILURE, 4);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        record(breaker, Outcome.FAILURE, 1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void halfOpenGrantsOnePermitToConcurrentCalls() {
        ProviderBreaker breaker = halfOpen();

        try (var threads = Executors.newFixedThreadPool(8)) {
            long leaves = IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.supplyAsync(breaker::acquire, threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .filter(breakerPermit -> breakerPermit != null)
                    .count();

            assertThat(leaves).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCESS", "THROTTLED", "REFUSED"})
    void aSuccessfulProbeClosesTheBreaker(Outcome outcome) {
        ProviderBreaker breaker = halfOpen();

        breaker.acquire().release(outcome, QUICK);

        await().until(() -> breaker.state() == State.CLOSED);
        assertThat(breaker.reason()).isNull();
        assertThat(breaker.acquire()).isNotNull();
    }

    @Test
    void aCancelledProbeIsReplacedByExactlyOneCall() {
        ProviderBreaker breaker = halfOpen();

        breaker.acquire().release(Outcome.CANCELLED, -1);

        ProviderBreaker.Permit next = breaker.acquire();
        assertThat(next).isNotNull();
        assertThat(breaker.acquire()).isNull();
        next.release(Outcome.SUCCESS, 1);
        await().until(() -> breaker.state() == State.CLOSED);
    }

    @Test
    void aFailedProbeReopensTheBreaker() {
        ProviderBreaker breaker = halfOpen();

        breaker.acquire().release(Outcome.FAILURE, -1);

        await().until(() -> turns.size() >= 3);
        assertThat(turns.subList(0, 3)).containsExactly(State.OPEN, State.HALF_OPEN, State.OPEN);
    }

    @Test
    void aHangingProbeReopensTheBreakerAtItsDeadline() {
        ProviderBreaker breaker = halfOpen();

        ProviderBreaker.Permit hanging = breaker.acquire();

        await().atMost(5, TimeUnit.SECONDS).until(() -> turns.size() >= 3 && turns.get(2) == State.OPEN);
        hanging.release(Outcome.SUCCESS, QUICK);
        assertThat(turns).doesNotContain(State.CLOSED);
    }

    @Test
    void theFirstEventOfAProbeClosesTheBreakerAndItsLaterFailureCounts() {
        ProviderBreaker breaker = halfOpen();
        ProviderBreaker.Permit probe = breaker.acquire();

        probe.responseReceived();
        await().until(() -> breaker.state() == State.CLOSED);
        probe.release(Outcome.FAILURE, QUICK);
        record(breaker, Outcome.FAILURE, 4);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void outcomesOfAnEarlierPhaseAreIgnored() {
        ProviderBreaker breaker = breaker(Duration.ofMillis(100));
        List<ProviderBreaker.Permit> old =
                IntStream.range(0, 10).mapToObj(i -> breaker.acquire()).toList();
        record(breaker, Outcome.FAILURE, 5);
        await().until(() -> breaker.state() == State.HALF_OPEN);
        old.subList(0, 5).forEach(late -> late.release(Outcome.SUCCESS, QUICK));
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.acquire().release(Outcome.SUCCESS, QUICK);
        await().until(() -> breaker.state() == State.CLOSED);

        old.subList(5, 10).forEach(late -> late.release(Outcome.FAILURE, -1));

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    private ProviderBreaker halfOpen() {
        ProviderBreaker breaker = breaker(Duration.ofMillis(100));
        record(breaker, Outcome.FAILURE, 5);
        await().until(() -> breaker.state() == State.HALF_OPEN);
        return breaker;
    }

    private static void record(ProviderBreaker breaker, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            ProviderBreaker.Permit breakerPermit = breaker.acquire();
            if (breakerPermit != null) {
                breakerPermit.release(outcome, outcome == Outcome.SUCCESS ? QUICK : -1);
            }
        }
    }

    private ProviderBreaker breaker(Duration openFor) {
        Breaker settings = ConfigSamples.breaker(5, openFor);
        return new ProviderBreaker(vertx, "up", settings, PROBE_MILLIS, turns::add, () -> 0);
    }
}
