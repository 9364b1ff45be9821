package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The next target resumes a truncated stream where the route enables it; otherwise the client receives the error. */
class CutStreamsAreContinuedTest {

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
                retry: { attempts: 1 }
                timeouts: { idle: 300ms }
              other: *up
            models:
              cut:
                on_stream_failure: continue
                targets: [{ provider: up, model: lorem-20_fault-cut@8 }, { provider: other, model: lorem-20 }]
              stall:
                on_stream_failure: continue
                targets: [{ provider: up, model: lorem-20_fault-stall@8 }, { provider: other, model: lorem-20 }]
              error-event:
                on_stream_failure: continue
                targets: [{ provider: up, model: lorem-20_fault-error-event@8 }, { provider: other, model: lorem-20 }]
              hopeless:
                on_stream_failure: continue
                targets: [{ provider: up, model: lorem-20_fault-cut@8 }, { provider: other, model: fault-status-500 }]
              honest:
                targets: [{ provider: up, model: lorem-20_fault-cut@8 }, { provider: other, model: lorem-20 }]
            """.formatted(simulator.baseUrl()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "stall", "error-event"})
    void theNextTargetContinuesTheStream(String route) {
        String whole = said(stream("other/lorem-20").body());

        HttpResponse<String> response = stream(route, "on-" + route);

        assertThat(response.body())
                .contains(": sluice-continued other/lorem-20")
                .endsWith("data: [DONE]\n\n");
        assertThat(said(response.body())).isEqualTo(whole);
        JsonObject line = ObservedState.accessLine(sluice, "on-" + route);
        assertThat(line.getString("continued")).startsWith("other/");
        assertThat(line.getInteger("attempts")).isEqualTo(2);
        await().atMost(Duration.ofSeconds(5)).until(() -> ObservedState.requestsInFlight(sluice) == 0);
    }

    @Test
    void withoutATargetThatCanContinueTheFirstFailureIsReported() {
        HttpResponse<String> response = stream("hopeless");

        assertThat(response.body()).doesNotContain("[DONE]").contains("upstream_truncated");
        ObservedState.awaitInFlight(sluice, "up", 0);
    }

    @Test
    void routesWithoutContinuationReportTheError() {
        HttpResponse<String> response = stream("honest");

        assertThat(response.body()).doesNotContain("[DONE]").contains("upstream_truncated");
        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    private static HttpResponse<String> stream(String model) {
        return stream(model, "any");
    }

    private static HttpResponse<String> stream(String model, String id) {
        return sluice.chat().chat(ChatClient.request(model, "Hello").put("stream", true), "x-request-id", id);
    }

    private static String said(String body) {
        return ChatClient.chunks(body).stream()
                .filter(chunk -> chunk.containsKey("choices"))
                .flatMap(chunk -> chunk.getJsonArray("choices").stream())
                .map(choice -> ((JsonObject) choice).getJsonObject("delta").getString("content", ""))
                .collect(Collectors.joining());
    }
}
