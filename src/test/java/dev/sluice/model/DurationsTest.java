package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "0s, 0", "250ms, 250", "30s, 30000", "5m, 300000", "2h, 7200000", "1d, 86400000"})
    void readsAWholeNumberAndAUnit(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
        assertThat(text).matches(Durations.PATTERN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "30", "00", "1.5s", "-1s", "1 s", "1S", "1w", "s", "1h30m", "1234567890123s", "\u0661s"})
    void refusesEveryOtherText(String text) {
        assertThat(Durations.parse(text)).isEmpty();
        assertThat(text).doesNotMatch(Durations.PATTERN);
    }

    @ParameterizedTest
    @CsvSource({"30, 30000", "1.5s, 1500", "1500ms, 1500", "2m, 120000", "0.0004, 0", "0, 0", "1h, 3600000"})
    void readsDecimalsAndPlainSecondsInHeaders(String text, long millis) {
        assertThat(Durations.millisOfHeader(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.", ".5", "1e3", "123456789", "1 s"})
    void refusesEveryOtherTextInHeaders(String text) {
        assertThat(Durations.millisOfHeader(text)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0ms", "1, 1ms", "1500, 1500ms", "90000, 90s", "60000, 1m", "86400000, 1d"})
    void writesTheLongestUnitThatDivides(long millis, String text) {
        assertThat(Durations.format(millis)).isEqualTo(text);
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    }

    @Test
    void theLongestCanBeAddedToATimeOfToday() {
        Duration longest = Durations.parse("999999999999d").orElseThrow();

        assertThat(longest).isEqualTo(Duration.ofDays(999_999_999));
        assertThat(Instant.parse("2026-11-29T00:00:00Z").plus(longest).toEpochMilli())
                .isPositive();
    }
}
