package dev.sluice.provider.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ConfigSamples;
import dev.sluice.config.ProviderConfig.Breaker;
import dev.sluice.model.BreakerStatus.State;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A breaker that is not closed has at most one call in flight, in every phase. */
class BreakerAdmitsOneProbeTest {

    private static final int CROWD = 500;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(100);

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
    void aHalfOpenBreakerAdmitsOneOfFiveHundredCalls() {
        ProviderBreaker breaker = open(SHORT);
        await().until(() -> breaker.state() == State.HALF_OPEN);
        assertThat(breaker.isRejecting()).isFalse();

        // Half of them are last resorts.
        assertThat(crowd(breaker)).hasSize(1);

        assertThat(breaker.isRejecting()).isTrue();
    }

    @Test
    void anOpenBreakerAdmitsOneOfFiveHundredLastResorts() {
        ProviderBreaker breaker = open(LONG);

        assertThat(crowd(breaker)).hasSize(1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.isRejecting()).isTrue();
    }

    @Test
    void aSuccessfulLastResortClosesTheBreaker() {
        ProviderBreaker breaker = open(LONG);

        breaker.acquire(true).responseReceived();

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(crowd(breaker)).hasSize(CROWD);
    }

    @Test
    void aFailedLastResortKeepsTheBreakerOpenAndAdmitsTheNext() {
        ProviderBreaker breaker = open(LONG);
        long due = breaker.retryAfterMillis();

        breaker.acquire(true).release(Outcome.TIMEOUT, -1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.retryAfterMillis()).isLessThanOrEqualTo(due);
        assertThat(breaker.acquire(false)).isNull();
        assertThat(breaker.acquire(true)).isNotNull();
    }

    @Test
    void aCancelledLastResortAdmitsTheNext() {
        ProviderBreaker breaker = open(LONG);

        breaker.acquire(true).release(Outcome.CANCELLED, -1);

        assertThat(breaker.acquire(true)).isNotNull();
    }

    @Test
    void aLastResortInFlightWhenTheOpenDurationEndsIsTheProbe() {
        ProviderBreaker breaker = open(SHORT);
        ProviderBreaker.Permit early = breaker.acquire(true);
        await().until(() -> breaker.state() == State.HALF_OPEN);

        assertThat(crowd(breaker)).isEmpty();

        early.release(Outcome.ERROR, -1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.reason()).isEqualTo("the probe failed (error), after 2 of 2 calls failed within 30s");
    }

    private static List<ProviderBreaker.Permit> crowd(ProviderBreaker breaker) {
        try (var threads = Executors.newFixedThreadPool(8)) {
            return IntStream.range(0, CROWD)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> breaker.acquire(i % 2 == 0), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    private ProviderBreaker open(Duration openFor) {
        Breaker settings = ConfigSamples.breaker(2, openFor);
        ProviderBreaker breaker = new ProviderBreaker(vertx, "up", settings, LONG.toMillis(), state -> {}, () -> 0);
        breaker.acquire().release(Outcome.FAILURE, -1);
        breaker.acquire().release(Outcome.FAILURE, -1);
        return breaker;
    }
}
