package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.provider.OutcomeWindow.Counts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is older than the window counts no more, wherever the clock stands: nanoTime may be negative. */
class OutcomeWindowTest {

    private static final long MILLI = 1_000_000;

    private final OutcomeWindow window = new OutcomeWindow(1000);

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0, -5_000_000_123L})
    void callsFailuresAndSlowCallsAreSummed(long now) {
        window.record(now, true, false);
        window.record(now + 250 * MILLI, false, true);
        window.record(now + 500 * MILLI, false, false);

        assertThat(window.counts(now + 500 * MILLI)).isEqualTo(new Counts(3, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0, -5_000_000_123L})
    void whatIsOlderThanTheWindowIsForgotten(long now) {
        window.record(now, true, true);
        window.record(now + 600 * MILLI, true, false);

        assertThat(window.counts(now + 1100 * MILLI)).isEqualTo(new Counts(1, 1, 0));
        assertThat(window.counts(now + 2000 * MILLI)).isEqualTo(new Counts(0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0, -5_000_000_123L})
    void aSliceThatComesRoundAgainStartsFromNothing(long now) {
        for (int i = 0; i < 5; i++) {
            window.record(now, true, false);
        }

        window.record(now + 3000 * MILLI, false, false);

        assertThat(window.counts(now + 3000 * MILLI)).isEqualTo(new Counts(1, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {123_456_789_012L, 0})
    void clearingForgetsEverything(long now) {
        window.record(now, true, true);

        window.clear();

        assertThat(window.counts(now)).isEqualTo(new Counts(0, 0, 0));
    }
}
