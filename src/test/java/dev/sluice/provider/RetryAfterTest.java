package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wait a provider asks for, in each of the ways they say it; nonsense is as good as nothing. */
class RetryAfterTest {

    @ParameterizedTest
    @CsvSource({
        "retry-after, 2, 2000",
        "retry-after, 0, 0",
        "retry-after, 1.5, 1500",
        "retry-after, ' 3 ', 3000",
        "retry-after-ms, 250, 250",
        "retry-after-ms, 0.2, 1",
        "retry-after, -1, -1",
        "retry-after, soon, -1",
        "retry-after, '', -1",
        "retry-after, NaN, -1",
        "retry-after, Infinity, -1",
        "retry-after, 1e300, -1",
        "x-other, 5, -1"
    })
    void headersAreReadOrIgnored(String name, String value, long millis) {
        assertThat(RetryAfter.millis(MultiMap.caseInsensitiveMultiMap().add(name, value)))
                .isEqualTo(millis);
    }

    @Test
    void millisecondsWinOverSeconds() {
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().add("retry-after", "2").add("retry-after-ms", "1500");

        assertThat(RetryAfter.millis(headers)).isEqualTo(1500);
    }

    @Test
    void aDateIsTheTimeUntilThen() {
        ZonedDateTime then = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(30);

        assertThat(RetryAfter.millis(at(then))).isBetween(20_000L, 30_000L);
    }

    @Test
    void aDateThatHasPassedIsNoWait() {
        assertThat(RetryAfter.millis(at(ZonedDateTime.now(ZoneOffset.UTC).minusDays(1))))
                .isZero();
    }

    private static MultiMap at(ZonedDateTime then) {
        return MultiMap.caseInsensitiveMultiMap().add("retry-after", DateTimeFormatter.RFC_1123_DATE_TIME.format(then));
    }
}
