package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Limits;
import dev.sluice.quota.RateLimitHeaders.LimitStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The headers of the tightest limits, in both formats. */
class RateLimitHeadersTest {

    private static final LimitStatus HALF = new LimitStatus(1_000, 500, 12_340);
    private static final LimitStatus TENTH = new LimitStatus(200, 20, 61_000);

    @ParameterizedTest
    @CsvSource({
        "0,0ms",
        "84,84ms",
        "999,999ms",
        "1000,1s",
        "1250,1.25s",
        "1005,1.005s",
        "59999,59.999s",
        "60000,1m0s",
        "60100,1m0.1s",
        "360000,6m0s",
        "3661010,61m1.01s"
    })
    void durationsAreWrittenInOpenAisFormat(long millis, String text) {
        assertThat(RateLimitHeaders.duration(millis)).isEqualTo(text);
    }

    @Test
    void withoutLimitsThereAreNoHeaders() {
        assertThat(openAi(RateLimitHeaders.NONE)).isEmpty();
        assertThat(anthropic(RateLimitHeaders.NONE)).isEmpty();
    }

    @Test
    void openAiHeadersShowTheTightestTokenLimit() {
        assertThat(openAi(new RateLimitHeaders(HALF, HALF, TENTH, null)))
                .containsExactly(
                        Map.entry("x-ratelimit-limit-requests", "1000"),
                        Map.entry("x-ratelimit-remaining-requests", "500"),
                        Map.entry("x-ratelimit-reset-requests", "12.34s"),
                        Map.entry("x-ratelimit-limit-tokens", "200"),
                        Map.entry("x-ratelimit-remaining-tokens", "20"),
                        Map.entry("x-ratelimit-reset-tokens", "1m1s"));
        assertThat(openAi(new RateLimitHeaders(null, null, null, TENTH)))
                .containsOnlyKeys(
                        "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
    }

    @Test
    void anthropicHeadersShowEachLimitWithItsResetTime() {
        assertThat(anthropic(new RateLimitHeaders(null, null, TENTH, HALF)))
                .containsExactly(
                        Map.entry("anthropic-ratelimit-input-tokens-limit", "200"),
                        Map.entry("anthropic-ratelimit-input-tokens-remaining", "20"),
                        Map.entry("anthropic-ratelimit-input-tokens-reset", "1970-01-01T00:01:02Z"),
                        Map.entry("anthropic-ratelimit-output-tokens-limit", "1000"),
                        Map.entry("anthropic-ratelimit-output-tokens-remaining", "500"),
                        Map.entry("anthropic-ratelimit-output-tokens-reset", "1970-01-01T00:00:13.340Z"));
        assertThat(anthropic(new RateLimitHeaders(HALF, TENTH, null, null)))
                .containsKeys("anthropic-ratelimit-requests-limit", "anthropic-ratelimit-tokens-limit")
                .hasSize(6);
    }

    @Test
    void ofTwoAccountsTheTighterLimitOfEachKindIsShown() {
        RateLimitHeaders merged =
                new RateLimitHeaders(HALF, TENTH, null, HALF).with(new RateLimitHeaders(TENTH, HALF, HALF, null));

        assertThat(merged).isEqualTo(new RateLimitHeaders(TENTH, TENTH, HALF, HALF));
    }

    @Test
    void onlyConfiguredLimitsAreShownAndOverspendingLeavesZero() {
        Account account = new Account(QuotaScope.KEY, "ci");
        account.window(LimitUnit.TOKENS).charge(1_500, 100);
        EffectiveLimits limits = new EffectiveLimits(
                QuotaScope.KEY, "ci", new Limits(0, 1_000, 0, 0, 5), null, Limits.NONE, InstanceShare.ALL);

        assertThat(RateLimitHeaders.of(limits, account, 100_500))
                .isEqualTo(new RateLimitHeaders(null, new LimitStatus(1_000, 0, 60_500), null, null));
    }

    private static Map<String, String> openAi(RateLimitHeaders headers) {
        Map<String, String> written = new LinkedHashMap<>();
        headers.writeOpenAi(written::put);
        return written;
    }

    private static Map<String, String> anthropic(RateLimitHeaders headers) {
        Map<String, String> written = new LinkedHashMap<>();
        headers.writeAnthropic(1_000, written::put);
        return written;
    }
}
