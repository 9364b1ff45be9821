package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.RequestLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The times and number of retries within one deadline, and the headers and errors that the client receives. */
class RetriesStayWithinTheDeadlineTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: &up
                type: openai_compatible
                base_url: "%1$s"
                breaker: { min_calls: 100000 }
                retry: { attempts: 3, backoff: 50ms, budget: 1 }
                timeouts: { first_byte: 300ms, response: 300ms }
              other: *up
              slow: { type: openai_compatible, base_url: "%1$s" }
            models:
              throttled:
                targets:
                  - { provider: up, model: fast_fault-status-429_retry-30s }
                  - { provider: other, model: echo }
              silent:
                targets:
                  - { provider: up, model: fault-silent }
                  - { provider: other, model: echo }
              refused-later:
                targets:
                  - { provider: up, model: fast_fault-status-503 }
                  - { provider: other, model: fast_fault-status-400 }
              throttled-both:
                targets:
                  - { provider: up, model: fast_fault-status-429_retry-50s }
                  - { provider: other, model: fast_fault-status-429_retry-40s }
              short: { targets: [{ provider: slow, model: fault-silent }], timeouts: { total: 250ms } }
            """.formatted(simulator.baseUrl()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @Test
    void aSingleTargetIsRetried() {
        HttpResponse<String> response = ask("up/fast_fault-status-503_times-2_key-again");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("3");
        assertThat(simulator.log().requestCount()).isEqualTo(3);
    }

    @Test
    void attemptsAreLimitedAndSdkRetriesDisabled() {
        HttpResponse<String> response = ask("up/fast_fault-status-503");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(header(response, "x-should-retry")).isEqualTo("false");
        assertThat(simulator.log().requestCount()).isEqualTo(3);
    }

    @Test
    void aSingleTargetWaitsForRetryAfter() {
        HttpResponse<String> response = ask("up/fast_fault-status-429_retry-1s_times-1_key-patient");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<RequestLog.Request> seen = simulator.log().requests();
        assertThat(seen).hasSize(2);
        assertThat(Duration.between(seen.get(0).at(), seen.get(1).at()))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    @Test
    void retryAfterBeyondTheDeadlineIsReturnedToTheClient() {
        HttpResponse<String> response = ask("up/fast_fault-status-429_retry-9s", "x-sluice-timeout", "5s");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(header(response, "retry-after")).isEqualTo("9");
        assertThat(header(response, "x-should-retry")).isEmpty();
        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    @Test
    void theNextTargetIsTriedInsteadOfWaiting() {
        HttpResponse<String> response = ask("throttled");

        assertThat(response.statusCode()).isEqualTo(200);
        List<RequestLog.Request> seen = simulator.log().requests();
        assertThat(Duration.between(seen.get(0).at(), seen.get(1).at())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void theSoonestRetryTimeOfAllThrottledTargetsIsReturned() {
        HttpResponse<String> response = ask("throttled-both", "x-sluice-timeout", "20");

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(header(response, "retry-after")).isEqualTo("40");
    }

    @Test
    void theNextTargetGetsTheRemainingTime() {
        HttpResponse<String> response = ask("silent", "x-sluice-timeout", "10s");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        assertThat(simulator.log().requestCount()).isEqualTo(2);
    }

    @Test
    void theClientsTimeoutIsTheDeadline() {
        HttpResponse<String> response = ask("slow/fault-silent", "x-sluice-timeout", "200ms");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(ObservedState.error(response.body()).getString("message")).contains("200ms");
        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    @Test
    void theSdksTimeoutIsTheDeadlineOfWholeResponsesByDefault() {
        HttpResponse<String> response = ask("slow/fault-silent", "x-stainless-timeout", "0.2");
        HttpResponse<String> own =
                ask("slow/lorem-3_slow-400ms", "x-stainless-timeout", "0.2", "x-sluice-timeout", "9s");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(own.statusCode()).isEqualTo(200);
    }

    @Test
    void routesHaveTheirOwnDeadline() {
        assertThat(ask("short").statusCode()).isEqualTo(504);
    }

    @Test
    void invalidTimeoutsAreRejected() {
        for (String bad : List.of("soon", "0", "-1s", "5w", "99999999999s", "")) {
            HttpResponse<String> response = ask("up/echo", "x-sluice-timeout", bad);

            assertThat(response.statusCode()).as(bad).isEqualTo(400);
            assertThat(ObservedState.error(response.body()).getString("message"))
                    .contains("x-sluice-timeout");
        }
        assertThat(simulator.log().requestCount()).isZero();
    }

    @Test
    void sdkRetriesAreNotMultiplied() {
        ask("up/fast_fault-status-503", "x-stainless-retry-count", "1");

        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    @Test
    void errorsOfAFallbackDoNotHideTheFirstFailure() {
        HttpResponse<String> response = ask("refused-later", "x-request-id", "later-1");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(header(response, "x-sluice-provider")).isEqualTo("up");
        assertThat(ObservedState.accessLine(sluice, "later-1").getInteger("attempts"))
                .isEqualTo(2);
    }

    @Test
    void planAndAttemptsAreExplainedOnRequest() {
        HttpResponse<String> response = ask("throttled", "x-sluice-explain", "1");

        assertThat(header(response, "x-sluice-plan"))
                .startsWith("up/fast_fault-status-429_retry-30s > other/echo; strategy priority");
        assertThat(header(response, "x-sluice-tried"))
                .matches("up/fast_fault-status-429_retry-30s 429 rate_limit_exceeded \\d+ms; other/echo 200 \\d+ms");
        assertThat(header(ask("throttled"), "x-sluice-plan")).isEmpty();
    }

    @Test
    void streamsAreExplainedToo() {
        HttpResponse<String> response = sluice.chat()
                .chat(ChatClient.request("throttled", "Hello").put("stream", true), "x-sluice-explain", "true");

        assertThat(header(response, "x-sluice-tried")).contains("; other/echo 200 ");
    }

    private static HttpResponse<String> ask(String model, String... headers) {
        return sluice.chat().chat(ChatClient.request(model, "Hello"), headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
