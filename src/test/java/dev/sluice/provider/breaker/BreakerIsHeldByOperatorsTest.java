package dev.sluice.provider.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.BreakerStatus.State;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator's setting applies until it is removed, and transitions are listed. */
class BreakerIsHeldByOperatorsTest {

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
    void aBreakerHeldOpenRejectsEvenLastResorts() {
        ProviderBreaker breaker = breaker(Duration.ofMillis(100), 0);
        ProviderBreaker.Permit running = breaker.acquire();

        breaker.force(BreakerForce.OPEN, "repairs");

        assertThat(breaker.acquire(true)).isNull();
        assertThat(breaker.isRejecting()).isTrue();
        assertThat(breaker.isOpenByRule()).isFalse();
        breaker.healthCheckSucceeded();
        running.release(Outcome.SUCCESS, 1);
        assertThat(breaker.status(null))
                .returns(State.OPEN, BreakerStatus::state)
                .returns("repairs", BreakerStatus::reason)
                .returns(true, BreakerStatus::held);
    }

    @Test
    void aProbeInFlightDoesNotCloseABreakerHeldOpen() {
        ProviderBreaker breaker = breaker(Duration.ofMillis(100), 0);
        fail(breaker, 2);
        await().until(() -> breaker.state() == State.HALF_OPEN);
        ProviderBreaker.Permit probe = breaker.acquire();

        breaker.force(BreakerForce.OPEN, "repairs");
        probe.responseReceived();
        probe.release(Outcome.SUCCESS, 1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void aReleasedBreakerNeedsAProbe() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(10), 0);
        breaker.force(BreakerForce.OPEN, "repairs");

        breaker.force(BreakerForce.AUTO, "repaired");

        await().until(() -> breaker.state() == State.HALF_OPEN);
        breaker.acquire().responseReceived();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void failuresWhileHeldClosedOpenTheBreakerOnlyAfterItsRelease() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(10), 0);
        breaker.force(BreakerForce.CLOSED, "we need it");
        fail(breaker, 10);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.reason()).isEqualTo("we need it");

        breaker.force(BreakerForce.AUTO, "no more");
        fail(breaker, 1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.reason()).isEqualTo("11 of 11 calls failed within 30s (11 overloaded)");
    }

    @Test
    void anOpenBreakerHeldClosedAdmitsCallsAtOnce() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(10), 0);
        fail(breaker, 2);

        breaker.force(BreakerForce.CLOSED, "we need it");

        assertThat(breaker.acquire()).isNotNull();
        assertThat(turns).containsExactly(State.OPEN, State.CLOSED);
    }

    @Test
    void autoDoesNotChangeABreakerThatIsNotHeld() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(10), 0);
        fail(breaker, 2);

        breaker.force(BreakerForce.AUTO, "as ever");

        assertThat(turns).containsExactly(State.OPEN);
    }

    @Test
    void theLastTwentyTransitionsAreListed() {
        ProviderBreaker breaker = breaker(Duration.ofMinutes(10), 0);
        for (int i = 0; i < 15; i++) {
            breaker.force(BreakerForce.CLOSED, "up " + i);
            breaker.force(BreakerForce.OPEN, "down " + i);
        }

        List<BreakerStatus.StateChange> history = breaker.status(null).history();

        assertThat(history).hasSize(20);
        assertThat(history.getFirst().reason()).isEqualTo("up 5");
        assertThat(history.getLast().reason()).isEqualTo("down 14");
        assertThat(history.getLast().state()).isEqualTo(State.OPEN);
        assertThat(history).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    }

    @Test
    void theOpenDurationHasJitter() {
        ProviderBreaker least = breaker(Duration.ofMinutes(10), 0);
        ProviderBreaker most = breaker(Duration.ofMinutes(10), 1);

        fail(least, 2);
        fail(most, 2);

        assertThat(least.retryAfterMillis()).isBetween(590_000L, 600_000L);
        assertThat(most.retryAfterMillis()).isBetween(890_000L, 900_000L);
    }

    private static void fail(ProviderBreaker breaker, int times) {
        for (int i = 0; i < times; i++) {
            breaker.acquire().release(Outcome.OVERLOADED, -1);
        }
    }

    /** With a jitter of a half. */
    private ProviderBreaker breaker(Duration openFor, double random) {
        Breaker settings = new Breaker(
                0.5,
                Duration.ofSeconds(1),
                0.8,
                2,
                Duration.ofSeconds(30),
                openFor,
                0.5,
                dev.sluice.config.ProviderConfig.Scope.PROVIDER,
                false);
        return new ProviderBreaker(vertx, "up", settings, 60_000, turns::add, () -> random);
    }
}
