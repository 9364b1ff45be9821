package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The tests of {@link Lifecycle}: ready while listening and not draining. */
class LifecycleTest {

    private final Lifecycle lifecycle = new Lifecycle();

    @Test
    void readyOnceListening() {
        assertThat(lifecycle.readiness().ready()).isFalse();

        lifecycle.setListening();

        assertThat(lifecycle.readiness().ready()).isTrue();
    }

    @Test
    void aDrainingProcessIsNotReadyAndSaysWhatItWaitsFor() {
        lifecycle.setListening();
        lifecycle.exchangeStarted();
        lifecycle.exchangeStarted();
        lifecycle.exchangeEnded();

        lifecycle.drain();

        assertThat(lifecycle.draining()).isTrue();
        assertThat(lifecycle.openExchanges()).isEqualTo(1);
        assertThat(lifecycle.readiness().ready()).isFalse();
        assertThat(lifecycle.readiness().toString()).contains("draining: 1 requests are still running");
    }
}
