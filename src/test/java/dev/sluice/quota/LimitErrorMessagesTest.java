package dev.sluice.quota;

import static dev.sluice.quota.QuotaFixtures.billed;
import static dev.sluice.quota.QuotaFixtures.chat;
import static dev.sluice.quota.QuotaFixtures.concurrency;
import static dev.sluice.quota.QuotaFixtures.key;
import static dev.sluice.quota.QuotaFixtures.rpm;
import static dev.sluice.quota.QuotaFixtures.tpm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.quota.QuotaPolicy.Allowed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which limits apply to a caller, and the error and headers of a rejected request. */
final class LimitErrorMessagesTest {

    private final ManualClock ticks = new ManualClock();
    private final Quota quota = new Quota(ticks, alert -> {});

    @Test
    void retryAfterIsExactToTheMillisecond() {
        Principal caller = key("ci", rpm(2), null);
        admit(caller);
        ticks.advance(3_250);
        admit(caller);

        AdmissionResult refused = quota.admit(chat(caller, 1, 1));

        GatewayError error = refused.refusal();
        assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(error.code()).isEqualTo("rate_limit_exceeded");
        assertThat(error.message())
                .isEqualTo("key ci: the limit of 2 requests per minute is reached; retry in 57750 ms");
        assertThat(error.retryAfterMillis()).isEqualTo(57_750);
        ticks.advance(57_749);
        assertThat(quota.admit(chat(caller, 1, 1)).admitted()).isFalse();
        ticks.advance(1);
        assertThat(quota.admit(chat(caller, 1, 1)).admitted()).isTrue();
    }

    @Test
    void tokenRefusalsNameUsedAndRequestedTokens() {
        Principal caller = key("ci", tpm(1000), null);
        quota.admit(chat(caller, 400, 300));

        AdmissionResult refused = quota.admit(chat(caller, 400, 100));

        assertThat(refused.refusal().message())
                .isEqualTo("key ci: 700 of 1000 tokens per minute are used and this request may use 500; retry in"
                        + " 61000 ms");
    }

    @Test
    void requestsLargerThanTheLimitGetNoRetryAfter() {
        GatewayError error =
                quota.admit(chat(key("ci", tpm(1000), null), 400, 601)).refusal();

        assertThat(error.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(error.code()).isEqualTo("request_above_limit");
        assertThat(error.retryAfterMillis()).isEqualTo(-1);
        assertThat(error.message())
                .startsWith("key ci: this request may use up to 1001 tokens, above the limit of 1000 per minute");
    }

    @Test
    void anEstimatedCompletionNeverMakesARequestTooLarge() {
        Limits small = new Limits(0, 500, 0, 100, 0);

        assertThat(quota.admit(chat(key("ci", small, null), 400, 0)).admitted()).isTrue();
    }

    @Test
    void unusedTokensAreReleasedAndExcessTokensAreCharged() {
        Principal caller = key("ci", new Limits(0, 1000, 600, 500, 0), null);
        try (Reservation reservation = quota.admit(chat(caller, 100, 400)).reservation()) {
            reservation.settle(billed(150, 20));
        }

        RateLimitHeaders rates = quota.admit(chat(caller, 1, 1)).rates();

        assertThat(rates.tokens().remaining()).isEqualTo(1000 - 170 - 2);
        assertThat(rates.input().remaining()).isEqualTo(600 - 150 - 1);
        assertThat(rates.output().remaining()).isEqualTo(500 - 20 - 1);
    }

    @Test
    void theLowerLimitOfKeyAndTierAppliesAndIsNamed() {
        quota.applyPolicy(QuotaFixtures.tier("gold", new Limits(1, 0, 0, 0, 5), null));
        Principal one = key("one", null, "gold", new Limits(3, 0, 0, 0, 1), null);
        Reservation reservation = quota.admit(chat(one, 1, 1)).reservation();

        assertThat(quota.admit(chat(one, 1, 1)).refusal().message())
                .isEqualTo("key one: the limit of 1 concurrent request is reached; retry when one has finished");
        reservation.close();
        assertThat(quota.admit(chat(one, 1, 1)).refusal().message())
                .startsWith("tier gold (key one): the limit of 1 request per minute is reached");
        assertThat(quota.admit(chat(key("two", null, "gold", Limits.NONE, null), 1, 1))
                        .admitted())
                .as("each key of a tier for itself")
                .isTrue();
    }

    @Test
    void teamAndRouteLimitsAreSharedAndProviderLimitsApplyPerAttempt() {
        quota.applyPolicy(new QuotaPolicy(
                Map.of(),
                Map.of("core", new Allowed(rpm(2), null)),
                Map.of("fast", new Allowed(rpm(3), null)),
                Map.of("openai", new Allowed(concurrency(1), null)),
                UnknownPrice.FLAG));
        Principal one = key("one", "core", null, rpm(100), null);
        Principal two = key("two", "core", null, Limits.NONE, null);
        Principal alone = key("three", Limits.NONE, null);
        QuotaRequest quotaRequest = chat(one, "fast", QuotaFixtures.GPT, 1, 1);

        assertThat(quota.admit(quotaRequest).admitted()).isTrue();
        assertThat(quota.admit(chat(two, 1, 1)).admitted()).isTrue();
        assertThat(quota.admit(quotaRequest).refusal().message())
                .startsWith("team core: the limit of 2 requests per minute");
        assertThat(quota.admit(chat(alone, "fast", QuotaFixtures.GPT, 1, 1)).admitted())
                .isTrue();
        assertThat(quota.admit(chat(alone, "fast", QuotaFixtures.GPT, 1, 1)).admitted())
                .isTrue();
        assertThat(quota.admit(chat(alone, "fast", QuotaFixtures.GPT, 1, 1))
                        .refusal()
                        .message())
                .startsWith("model fast: the limit of 3 requests per minute");

        Reservation attempt = quota.admitProvider("openai", quotaRequest).reservation();
        GatewayError full = quota.admitProvider("openai", quotaRequest).refusal();
        assertThat(full.code()).isEqualTo("concurrency_limit_exceeded");
        assertThat(full.message()).startsWith("provider openai: ");
        assertThat(full.otherTargetMayServe()).isTrue();
        attempt.close();
        assertThat(quota.admitProvider("openai", quotaRequest).admitted()).isTrue();
        assertThat(quota.admitProvider("azure", quotaRequest).reservation()).isSameAs(Reservation.NONE);
    }

    @Test
    void changedLimitsApplyAtOnceAndKeepTheUsage() {
        quota.applyPolicy(QuotaFixtures.team("core", rpm(10), null));
        Principal caller = key("ci", "core", null, Limits.NONE, null);
        admit(caller);
        admit(caller);

        quota.applyPolicy(QuotaFixtures.team("core", rpm(2), null));

        assertThat(quota.admit(chat(caller, 1, 1)).admitted()).isFalse();
    }

    @Test
    void anInstanceGrantsOnlyItsShare() {
        Quota half = new Quota(ticks, alert -> {}, (scope, name, whole) -> whole / 2);
        Principal caller = key("ci", rpm(4), QuotaFixtures.hard(2 * (2_500 + 10_000)));

        assertThat(half.admit(chat(caller, 1, 1)).admitted()).isTrue();
        assertThat(half.admit(chat(caller, 1, 1)).refusal().code()).isEqualTo("budget_exceeded");
        Principal rich = key("rich", rpm(4), null);
        assertThat(half.admit(chat(rich, 1, 1)).admitted()).isTrue();
        assertThat(half.admit(chat(rich, 1, 1)).admitted()).isTrue();
        assertThat(half.admit(chat(rich, 1, 1)).refusal().code()).isEqualTo("rate_limit_exceeded");
    }

    @Test
    void headersShowTheTightestLimitInTheClientsFormat() {
        quota.applyPolicy(QuotaFixtures.team("core", new Limits(1000, 50_000, 0, 0, 0), null));
        Principal caller = key("ci", "core", null, new Limits(10, 100_000, 2_000, 0, 0), null);
        AdmissionResult result = quota.admit(chat(caller, 1000, 500));

        Map<String, String> openAi = new TreeMap<>();
        result.headers(false, openAi::put);
        Map<String, String> anthropic = new TreeMap<>();
        result.headers(true, anthropic::put);

        assertThat(openAi)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "x-ratelimit-limit-requests", "10",
                        "x-ratelimit-remaining-requests", "9",
                        "x-ratelimit-reset-requests", "1m1s",
                        "x-ratelimit-limit-tokens", "2000",
                        "x-ratelimit-remaining-tokens", "1000",
                        "x-ratelimit-reset-tokens", "1m1s"));
        assertThat(anthropic)
                .containsEntry("anthropic-ratelimit-requests-remaining", "9")
                .containsEntry("anthropic-ratelimit-tokens-limit", "50000")
                .containsEntry("anthropic-ratelimit-tokens-remaining", "48500")
                .containsEntry("anthropic-ratelimit-input-tokens-remaining", "1000")
                .containsEntry("anthropic-ratelimit-requests-reset", "2026-11-25T12:01:01Z")
                .hasSize(9);
    }

    @Test
    void rejectionsHaveLimitHeadersToo() {
        Principal caller = key("ci", rpm(1), null);
        admit(caller);

        RateLimitHeaders rates = quota.admit(chat(caller, 1, 1)).rates();

        assertThat(rates.requests()).isEqualTo(new RateLimitHeaders.LimitStatus(1, 0, 61_000));
        assertThat(rates.tokens()).isNull();
    }

    @Test
    void durationsAreWrittenInOpenAisFormat() {
        assertThat(List.of(0L, 84L, 1_000L, 1_250L, 60_000L, 61_005L, 360_000L))
                .extracting(RateLimitHeaders::duration)
                .containsExactly("0ms", "84ms", "1s", "1.25s", "1m0s", "1m1.005s", "6m0s");
    }

    private void admit(Principal caller) {
        AdmissionResult result = quota.admit(chat(caller, 1, 1));
        assertThat(result.admitted()).isTrue();
        result.reservation().close();
    }
}
