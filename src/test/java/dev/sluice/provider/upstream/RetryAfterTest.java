package dev.sluice.provider.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The retry delay in every form that providers use. Invalid values are ignored. */
class RetryAfterTest {

    /** 1790000000 seconds since 1970. */
    private static final Instant NOW = Instant.parse("2026-09-21T14:13:20Z");

    private static final long DAY = 86_400_000;

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
        "retry-after, 'Mon, 21 Sep 2026 14:13:50 GMT', 30000",
        "retry-after, 'Sun, 20 Sep 2026 14:13:50 GMT', 0",
        "retry-after, 'Mon, 21 Sep 2099 14:13:50 GMT', 86400000",
        "retry-after, 100000, 86400000",
        "x-other, 5, -1"
    })
    void headersAreReadOrIgnored(String name, String value, long millis) {
        assertThat(RetryAfter.millis(headers(name, value), NOW)).isEqualTo(millis);
    }

    @Test
    void validMillisecondsPrecedeSeconds() {
        assertThat(RetryAfter.millis(headers("retry-after", "2", "retry-after-ms", "1500"), NOW))
                .isEqualTo(1500);
        assertThat(RetryAfter.millis(headers("retry-after", "2", "retry-after-ms", "soon"), NOW))
                .isEqualTo(2000);
    }

    /** OpenAI and Groq, Anthropic, OpenRouter: the remaining amount, the reset time, and the expected delay. */
    @ParameterizedTest
    @CsvSource({
        "x-ratelimit-remaining-requests, 0, x-ratelimit-reset-requests, 1s, 1000",
        "x-ratelimit-remaining-requests, 0, x-ratelimit-reset-requests, 6m0s, 360000",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, 20ms, 20",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, 23m16.298s, 1396298",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, 7.66s, 7660",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, 1h2m, 3720000",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, 400h, 86400000",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, 12, 12000",
        "x-ratelimit-remaining-tokens, 0, x-ratelimit-reset-tokens, never, -1",
        "x-ratelimit-remaining-tokens, 17, x-ratelimit-reset-tokens, 20s, -1",
        "x-ratelimit-remaining-requests, 0, x-ratelimit-reset-tokens, 20s, -1",
        "anthropic-ratelimit-requests-remaining, 0, anthropic-ratelimit-requests-reset, 2026-09-21T14:13:50Z, 30000",
        "anthropic-ratelimit-tokens-remaining, 0, anthropic-ratelimit-tokens-reset, 2026-09-21T16:13:21+02:00, 1000",
        "anthropic-ratelimit-input-tokens-remaining, 0, anthropic-ratelimit-input-tokens-reset, 2026-09-21T14:14:20Z,"
                + " 60000",
        "anthropic-ratelimit-output-tokens-remaining, 0, anthropic-ratelimit-output-tokens-reset,"
                + " 2020-01-01T00:00:00Z, 0",
        "anthropic-ratelimit-output-tokens-remaining, 9, anthropic-ratelimit-output-tokens-reset,"
                + " 2026-09-21T14:14:20Z, -1",
        "X-RateLimit-Remaining, 0, X-RateLimit-Reset, 1790000005000, 5000",
        "X-RateLimit-Remaining, 0, X-RateLimit-Reset, 1790000005, 5000",
    })
    void theResetOfALimitCountsWhenNothingRemainsOfIt(
            String left, String remaining, String reset, String when, long millis) {
        assertThat(RetryAfter.throttled(headers(left, remaining, reset, when), NOW))
                .isEqualTo(millis);
    }

    @Test
    void ofSeveralSpentLimitsTheLongestCounts() {
        assertThat(RetryAfter.throttled(
                        headers(
                                "x-ratelimit-remaining-requests", "0",
                                "x-ratelimit-reset-requests", "40s",
                                "x-ratelimit-remaining-tokens", "0",
                                "x-ratelimit-reset-tokens", "2s"),
                        NOW))
                .isEqualTo(40_000);
    }

    @Test
    void retryAfterPrecedesResets() {
        MultiMap both =
                headers("retry-after", "2", "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "40s");

        assertThat(RetryAfter.throttled(both, NOW)).isEqualTo(2000);
    }

    /** Errors that are not about limits have these headers as well. */
    @Test
    void resetsAreIgnoredForOtherErrors() {
        MultiMap spent = headers("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "40s");

        assertThat(RetryAfter.millis(spent, NOW)).isEqualTo(-1);
    }

    @Test
    void delaysAreAtMostADay() {
        assertThat(RetryAfter.throttled(
                        headers(
                                "x-ratelimit-remaining-requests", "0",
                                "x-ratelimit-reset-requests", "2099-01-01T00:00:00Z"),
                        NOW))
                .isEqualTo(DAY);
    }

    private static MultiMap headers(String... pairs) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }
}
