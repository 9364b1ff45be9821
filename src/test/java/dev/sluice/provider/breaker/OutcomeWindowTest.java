package dev.sluice.provider.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.provider.breaker.OutcomeWindow.Counts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outcomes older than the window do not count, at any value of the clock: nanoTime may be negative. */
class OutcomeWindowTest {

    private static final long MILLI = 1_000_000;

    private final OutcomeWindow window = new OutcomeWindow(1000);

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0, -5_000_000_123L})
    void callsFailuresAndSlowCallsAreSummed(long now) {
        window.record(now, Outcome.TIMEOUT, false);
        window.record(now + 250 * MILLI, Outcome.SUCCESS, true);
        window.record(now + 500 * MILLI, Outcome.SUCCESS, false);

        assertThat(window.counts(now + 500 * MILLI)).isEqualTo(new Counts(3, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0, -5_000_000_123L})
    void outcomesOlderThanTheWindowAreForgotten(long now) {
        window.record(now, Outcome.TRUNCATED, true);
        window.record(now + 600 * MILLI, Outcome.FAILURE, false);

        assertThat(window.counts(now + 1100 * MILLI)).isEqualTo(new Counts(1, 1, 0));
        assertThat(window.counts(now + 2000 * MILLI)).isEqualTo(new Counts(0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0, -5_000_000_123L})
    void aReusedSliceStartsAtZero(long now) {
        for (int i = 0; i < 5; i++) {
            window.record(now, Outcome.TIMEOUT, false);
        }

        window.record(now + 3000 * MILLI, Outcome.SUCCESS, false);

        assertThat(window.counts(now + 3000 * MILLI)).isEqualTo(new Counts(1, 0, 0));
    }

    @Test
    void failuresAreCountedByKind() {
        window.record(0, Outcome.TIMEOUT, false);
        window.record(0, Outcome.TRUNCATED, false);
        window.record(0, Outcome.TIMEOUT, false);
        window.record(0, Outcome.SUCCESS, true);
        window.record(0, Outcome.FAILURE, false);

        assertThat(window.failures(0)).isEqualTo("2 timeout, 1 truncated");
        assertThat(window.failures(2000 * MILLI)).isEmpty();
    }
}
