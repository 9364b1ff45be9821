package dev.sluice.provider.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Higher samples count at once, lower ones slowly, old ones not at all; nanoTime may be negative. */
class PeakEwmaTest {

    private static final long HALF_LIFE = PeakEwma.HALF_LIFE_NANOS;

    private final PeakEwma average = new PeakEwma();

    @ParameterizedTest
    @ValueSource(longs = {0, 123_456_789_012L, -5_000_000_123L})
    void aHigherSampleCountsAtOnce(long now) {
        average.sample(100, now);
        average.sample(900, now + 1);

        assertThat(average.value(now + 1)).isEqualTo(900);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 123_456_789_012L, -5_000_000_123L})
    void aLowerSampleCountsByTheTimeSinceTheLast(long now) {
        average.sample(900, now);
        average.sample(100, now);
        assertThat(average.value(now)).isEqualTo(900);

        average.sample(100, now + HALF_LIFE);

        assertThat(average.value(now + HALF_LIFE)).isEqualTo(500, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 123_456_789_012L, -5_000_000_123L})
    void withoutSamplesItFallsByHalfInAHalfLife(long now) {
        assertThat(average.value(now)).isZero();

        average.sample(800, now);

        assertThat(average.value(now + HALF_LIFE)).isEqualTo(400, within(1e-6));
        assertThat(average.value(now + 3 * HALF_LIFE)).isEqualTo(100, within(1e-6));
        assertThat(average.value(now + 100 * HALF_LIFE)).isLessThan(1e-6);
    }
}
