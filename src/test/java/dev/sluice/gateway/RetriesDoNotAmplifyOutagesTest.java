package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** During an outage the provider receives its requests and a bounded share of retries. */
class RetriesDoNotAmplifyOutagesTest {

    private static final int REQUESTS = 600;

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @Test
    void attemptsStayWithinTheBudget() {
        try (RunningSluice sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              down:
                type: openai_compatible
                base_url: "%s"
                breaker: { min_calls: 100000 }
                retry: { attempts: 5, backoff: 1ms, budget: 0.2 }
            """.formatted(simulator.baseUrl()))) {
            long failed = IntStream.range(0, REQUESTS)
                    .parallel()
                    .filter(i -> sluice.chat()
                                    .chat(ChatClient.request("down/fast_fault-status-500", "Hello"))
                                    .statusCode()
                            >= 500)
                    .count();

            assertThat(failed).isEqualTo(REQUESTS);
            assertThat(simulator.log().requestCount() / (double) REQUESTS).isBetween(1.1, 1.2);
        }
    }
}
