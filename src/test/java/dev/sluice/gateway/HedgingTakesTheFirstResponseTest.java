package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A second attempt is started beside a slow one: the first response wins, and the other attempt is cancelled
 * completely.
 */
class HedgingTakesTheFirstResponseTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: &up
                type: openai_compatible
                base_url: "%s"
                breaker: { min_calls: 100000 }
                retry: { attempts: 2, budget: 1 }
              other: *up
            models:
              slow:
                hedge: { after: 100ms }
                targets: [{ provider: up, model: lorem-5_slow-8s }, { provider: other, model: echo }]
              failing-hedge:
                hedge: { after: 100ms }
                targets: [{ provider: up, model: lorem-5_slow-600ms }, { provider: other, model: fault-status-503 }]
              alone:
                hedge: { after: 100ms }
                targets: [{ provider: up, model: lorem-5_fault-silent_times-1_key-alone }]
              quick:
                hedge: { after: 5s }
                targets: [{ provider: up, model: echo }, { provider: other, model: echo }]
              hopeless:
                hedge: { after: 50ms }
                targets: [{ provider: up, model: lorem-5_slow-8s }, { provider: other, model: lorem-5_slow-8s }]
              dead-heat:
                hedge: { after: 20ms, max: 1 }
                targets: [{ provider: up, model: lorem-50_slow-20ms }, { provider: other, model: fast-50 }]
            """.formatted(simulator.baseUrl()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest(name = "streamed {0}")
    @ValueSource(booleans = {false, true})
    void theSecondRespondsAndTheFirstIsStoppedUpstream(boolean stream) {
        long began = System.nanoTime();
        HttpResponse<String> response = ask("slow", stream, "hedge-" + stream);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("Hello");
        assertThat(header(response, "x-sluice-provider")).isEqualTo("other");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
        awaitNothingLeft();
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(simulator.log().abortCount()).isEqualTo(1));
        assertThat(ObservedState.accessLine(sluice, "hedge-" + stream).getString("outcome"))
                .isEqualTo("ok");
    }

    @Test
    void aFailedHedgeIsNoFailureWhileTheFirstRuns() {
        HttpResponse<String> response = ask("failing-hedge", false, "hedge-failing");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "x-sluice-provider")).isEqualTo("up");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        awaitNothingLeft();
    }

    @Test
    void aSingleTargetIsHedgedWithItself() {
        HttpResponse<String> response = ask("alone", true, "hedge-alone");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(simulator.log().requestCount()).isEqualTo(2);
        awaitNothingLeft();
    }

    @Test
    void responsesInTimeAreNotHedged() {
        HttpResponse<String> response = ask("quick", false, "hedge-quick");

        assertThat(header(response, "x-sluice-attempts")).isEqualTo("1");
    }

    @Test
    void theDeadlineStopsBoth() {
        HttpResponse<String> response =
                sluice.chat().chat(ChatClient.request("hopeless", "Hello"), "x-sluice-timeout", "300ms");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        awaitNothingLeft();
    }

    /** Both attempts respond at about the same time, many times: the loser leaves nothing open. */
    @ParameterizedTest(name = "streamed {0}")
    @ValueSource(booleans = {false, true})
    void aDeadHeatLeavesNothingBehind(boolean stream) {
        for (int i = 0; i < 60; i++) {
            HttpResponse<String> response = ask("dead-heat", stream, "heat-" + stream + i);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            if (stream) {
                assertThat(response.body()).endsWith("data: [DONE]\n\n");
            }
        }
        awaitNothingLeft();
        assertThat(ObservedState.requestsInFlight(sluice)).isZero();
    }

    private static void awaitNothingLeft() {
        ObservedState.awaitInFlight(sluice, "up", 0);
        ObservedState.awaitInFlight(sluice, "other", 0);
        await().atMost(Duration.ofSeconds(5)).until(() -> ObservedState.requestsInFlight(sluice) == 0);
    }

    private static HttpResponse<String> ask(String model, boolean stream, String id) {
        return sluice.chat().chat(ChatClient.request(model, "Hello").put("stream", stream), "x-request-id", id);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
