package dev.sluice.provider.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.BreakerStatus;
import dev.sluice.model.GatewayError;
import dev.sluice.model.ProviderHealth;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.breaker.Outcome;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health of a provider's models as the route planner sees it. */
class ProviderStateTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path folder;

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
    void eachModelHasItsOwnCountAndTime() throws IOException {
        ProviderState state = provider("");
        state.attemptStarted(state.modelStats("a"));
        state.attemptStarted(state.modelStats("a"));
        state.attemptStarted(state.modelStats("b"));
        state.attemptEnded(state.modelStats("a"), Outcome.SUCCESS);
        state.modelStats("a").responseReceived(true, 3 * SECOND, System.nanoTime());

        assertThat(state.inFlight()).isEqualTo(2);
        assertThat(state.inFlight("a")).isEqualTo(1);
        assertThat(state.inFlight("b")).isEqualTo(1);
        assertThat(state.inFlight("unknown")).isZero();
        assertThat(state.firstTokenNanos("a")).isEqualTo(3.0 * SECOND, within(1.0 * SECOND));
        assertThat(state.firstTokenNanos("b")).isZero();
    }

    @Test
    void wholeResponsesCountOnlyWithoutStreams() {
        ModelStats stats = new ModelStats(null);
        stats.responseReceived(false, 40 * SECOND, 0);
        assertThat(stats.firstTokenNanos(0)).isEqualTo(40.0 * SECOND);

        stats.responseReceived(true, SECOND, 0);

        assertThat(stats.firstTokenNanos(0)).isEqualTo(1.0 * SECOND);
    }

    @Test
    void silenceCountsWhenItWasLongerThanTheResponses() {
        ModelStats stats = new ModelStats(null);
        stats.responseReceived(true, 2 * SECOND, 0);

        stats.noResponse(true, SECOND, PeakEwma.HALF_LIFE_NANOS / 10);
        double after = stats.firstTokenNanos(PeakEwma.HALF_LIFE_NANOS / 10);
        assertThat(after).isGreaterThan(1.8 * SECOND);
        stats.noResponse(true, 9 * SECOND, PeakEwma.HALF_LIFE_NANOS / 10);

        assertThat(stats.firstTokenNanos(PeakEwma.HALF_LIFE_NANOS / 10)).isEqualTo(9.0 * SECOND);
    }

    @Test
    void modelsBeyondTheLimitShareTheirStatistics() throws IOException {
        ProviderState state = provider("breaker: { scope: model }");
        for (int i = 0; i < ProviderState.MAX_MODELS; i++) {
            state.modelStats("m" + i);
        }

        assertThat(state.modelStats("one more")).isSameAs(state.modelStats("another"));
        assertThat(state.modelStats("m0")).isNotSameAs(state.modelStats("m1"));
    }

    @Test
    void aBreakerOfAModelMakesNoOtherModelUnavailable() throws IOException {
        ProviderState state = provider("breaker: { scope: model, min_calls: 1 }");
        assertThat(state.unavailability("a")).isNull();

        state.modelStats("a").breaker().acquire().release(Outcome.TIMEOUT, -1);
        state.modelStats("b").breaker().acquire().release(Outcome.SUCCESS, -1);

        assertThat(state.unavailability("a")).isEqualTo(ProviderHealth.Unavailability.BREAKER_OPEN);
        assertThat(state.unavailability("b")).isNull();
        assertThat(state.status().breaker()).isEqualTo("open");
        assertThat(state.status().breakers()).extracting(BreakerStatus::model).containsExactly(null, "a");
    }

    @Test
    void aBreakerOfTheProviderMakesAllItsModelsUnavailable() throws IOException {
        ProviderState state = provider("breaker: { min_calls: 1 }");

        state.modelStats("a").breaker().acquire().release(Outcome.TIMEOUT, -1);

        assertThat(state.unavailability("a")).isEqualTo(ProviderHealth.Unavailability.BREAKER_OPEN);
        assertThat(state.unavailability("never asked")).isEqualTo(ProviderHealth.Unavailability.BREAKER_OPEN);
    }

    @Test
    void theProviderIsUnavailableOnlyWhenEveryKeyIsInCooldown() throws IOException {
        ProviderState state = provider("api_keys: [ { key: one }, { key: two } ]");
        GatewayError slow =
                GatewayError.of(GatewayError.Kind.RATE_LIMITED, "slow down").withRetryAfter(60_000);

        state.keys().draw("a").failed(slow, null);
        assertThat(state.unavailability("a")).isNull();
        state.keys().draw("a").failed(slow, null);

        assertThat(state.unavailability("a")).isEqualTo(ProviderHealth.Unavailability.KEYS_COOLING_DOWN);
        assertThat(state.unavailability("b")).isNull();
    }

    @Test
    void anOperatorsSettingHoldsForFutureModelsAndTheNextDeployment() throws IOException {
        ProviderState before = provider("breaker: { scope: model }");
        before.modelStats("known");
        before.forceBreakers(BreakerForce.OPEN, "repairs");
        assertThat(before.unavailability("known")).isEqualTo(ProviderHealth.Unavailability.BREAKER_OPEN);
        assertThat(before.modelStats("new").breaker().acquire()).isNull();
        assertThat(before.unavailability("never asked")).isEqualTo(ProviderHealth.Unavailability.BREAKER_OPEN);

        ProviderState after = provider("breaker: { scope: model }");
        after.inherit(before);

        assertThat(after.modelStats("new").breaker().acquire(true)).isNull();
        assertThat(after.status().breakerReason()).isEqualTo("repairs");
    }

    @Test
    void aDrainedProviderIsUnavailableAndStaysDrained() throws IOException {
        ProviderState before = provider("");
        before.setDrained("repairs");
        assertThat(before.unavailability("a")).isEqualTo(ProviderHealth.Unavailability.DRAINED);

        ProviderState after = provider("");
        after.inherit(before);
        assertThat(after.unavailability("a")).isEqualTo(ProviderHealth.Unavailability.DRAINED);
        after.setDrained(null);

        assertThat(after.unavailability("a")).isNull();
    }

    private ProviderState provider(String settings) throws IOException {
        Path file =
                Files.writeString(folder.resolve("sluice.yaml"), """
                    store: { enabled: false }
                    providers:
                      up:
                        type: openai_compatible
                        base_url: "http://127.0.0.1:9/v1"
                    """ + (settings.isEmpty() ? "" : settings.indent(4)));
        LoadedConfig.Ok ok = (LoadedConfig.Ok) ConfigLoader.load(file, Map.<String, String>of()::get);
        ProviderSettings up = ProviderSettings.of("up", ok.config().providers().get("up"));
        return new ProviderState(vertx, up, 1, Metrics.off());
    }
}
