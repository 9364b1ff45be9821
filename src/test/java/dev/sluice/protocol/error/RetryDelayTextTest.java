package dev.sluice.protocol.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retry delays that providers write as text. */
class RetryDelayTextTest {

    @ParameterizedTest
    @CsvSource({
        "34s, 34000",
        "0s, 0",
        "21.5s, 21500",
        "1.234567891s, 1235",
        "6m0s, 360000",
        "20ms, 20",
        "23m16.298s, 1396298",
        "23h30m, 84600000",
        "999999999d, 86400000",
        "250us, 1",
        "' 7s ', 7000",
        "34, -1",
        "s, -1",
        "-5s, -1",
        "5s!, -1",
        "'', -1"
    })
    void durationsHaveUnits(String text, long millis) {
        assertThat(RetryDelayText.millis(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Rate limit reached for gpt-4o. Please try again in 1.2s. Visit …|1200",
                "Please try again in 6m0s.|360000",
                "Please try again in 429ms.|429",
                "exceeded token rate limit. Please retry after 12 seconds. Please contact|12000",
                "Please retry after 1 second.|1000",
                "Please try again in 2 minutes|120000",
                "Try again in 24 hours.|86400000",
                "Please try again in a while|-1",
                "Please try again later|-1",
                "try again in 5 sausages|-1"
            })
    void delaysAreFoundInSentences(String message, long millis) {
        assertThat(RetryDelayText.inMessage(message)).isEqualTo(millis);
    }
}
