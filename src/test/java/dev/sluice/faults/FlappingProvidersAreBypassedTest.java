package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.SimulatorConfig;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A provider that alternates between failing and working; time is scaled down, ten seconds for a minute, with the
 * breaker in proportion.
 */
class FlappingProvidersAreBypassedTest {

    private static final int CLIENTS = 8;
    private static final Duration FOR = Duration.ofSeconds(10);
    private static final Duration HALF_A_FLAP = Duration.ofMillis(700);

    @Test
    void clientsSeeNoErrorAndTheProviderIsUsedAgainWhenStable() throws Exception {
        try (RunningSimulator flapping = RunningSimulator.steerable().open();
                RunningSimulator well = RunningSimulator.steerable().open();
                RunningSluice sluice = RunningSluice.start(
                        RunningSluice.EPHEMERAL + """
                            providers:
                              flapping:
                                type: openai_compatible
                                base_url: "%s"
                                breaker: { min_calls: 5, window: 1s, open_duration: 300ms }
                                retry: { attempts: 2, backoff: 10ms, budget: 0.2 }
                              well: { type: openai_compatible, base_url: "%s" }
                            models:
                              m: { targets: [{ provider: flapping, model: fast }, { provider: well, model: fast }] }
                            """.formatted(flapping.baseUrl(), well.baseUrl()));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            long end = System.nanoTime() + FOR.toNanos();
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                boolean stream = i % 2 == 0;
                counts.add(clients.submit(() -> askUntil(sluice, end, stream)));
            }
            Future<?> switching = clients.submit(() -> flap(flapping, end));

            int requests = 0;
            for (Future<Integer> count : counts) {
                requests += count.get();
            }
            switching.get();

            long failedThere = flapping.log().requestCount() + well.log().requestCount() - requests;
            assertThat(failedThere)
                    .as("failed attempts of %s requests", requests)
                    .isLessThan(requests / 2);
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(ask(sluice, false).headers().firstValue("x-sluice-provider"))
                            .hasValue("flapping"));
        }
    }

    private static int askUntil(RunningSluice sluice, long end, boolean stream) {
        int asked = 0;
        while (System.nanoTime() - end < 0) {
            HttpResponse<String> response = ask(sluice, stream);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).contains(stream ? "[DONE]" : "\"finish_reason\":\"stop\"");
            asked++;
        }
        return asked;
    }

    private static HttpResponse<String> ask(RunningSluice sluice, boolean stream) {
        return sluice.chat().chat(ChatClient.request("m", "Hello").put("stream", stream));
    }

    /** Down and up in turn, at last up. */
    private static void flap(RunningSimulator simulator, long end) {
        boolean up = true;
        while (System.nanoTime() - end < 0) {
            up = !up;
            simulator.server().settings(settings(up));
            long until = System.nanoTime() + HALF_A_FLAP.toNanos();
            await().pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() - until >= 0);
        }
        simulator.server().settings(settings(true));
    }

    private static SimulatorConfig settings(boolean up) {
        return new SimulatorConfig(Duration.ZERO, Duration.ZERO, 0, 20, up ? 0 : 1, "status-503", true);
    }
}
