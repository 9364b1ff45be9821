package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The breaker opens for a provider that fails too often, and closes after one successful probe. */
class BreakerOpensAndRecoversTest {

    private static final int MIN_CALLS = 5;
    private static final String FAILING = "fast_fault-status-503";

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private HeldUpstream held;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        held = new HeldUpstream();
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "%s"
                breaker: { failure_rate: 0.5, min_calls: 5, window: 60s, open_duration: 60s }
                retry: { attempts: 1 }
              probed:
                type: openai_compatible
                base_url: "%s"
                breaker: { failure_rate: 0.5, min_calls: 5, window: 60s, open_duration: 300ms }
                retry: { attempts: 1 }
            """.formatted(simulator.baseUrl(), held.baseUrl()));
    }

    @AfterEach
    void stop() {
        sluice.close();
        held.close();
    }

    @Test
    void theBreakerOpensAfterTheConfiguredFailuresAndThenSendsNothing() {
        ask(FAILING, MIN_CALLS - 1);
        assertThat(breaker("up")).isEqualTo("closed");

        ask(FAILING, 1);

        assertThat(breaker("up")).isEqualTo("open");
        assertThat(ObservedState.provider(sluice, "up").getString("breaker_reason"))
                .isEqualTo("5 of 5 calls failed within 60s (5 overloaded)");
        assertThat(metrics())
                .contains("sluice_breaker_state{provider=\"up\"} 2")
                .contains("sluice_breaker_opened_total{provider=\"up\"} 1");
        HttpResponse<String> refused = sluice.chat().chat(ChatClient.request("up/fast", "Hello"));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("breaker_open");
        assertThat(Long.parseLong(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1L, 72L); // open_duration and its jitter
        assertThat(simulator.log().requestCount()).isEqualTo(MIN_CALLS);
    }

    @Test
    void theBreakerOpensAtEightyPercentErrorsDespiteSuccesses() {
        for (int i = 0; i < 2 * MIN_CALLS && breaker("up").equals("closed"); i++) {
            ask(i % 5 == 4 ? "fast" : FAILING, 1);
        }

        assertThat(breaker("up")).isEqualTo("open");
    }

    @Test
    void truncatedStreamsCount() {
        for (int i = 0; i < MIN_CALLS; i++) {
            sluice.chat()
                    .chat(ChatClient.request("up/lorem-20_fault-cut-clean@10", "Hello")
                            .put("stream", true));
        }

        await().untilAsserted(() -> assertThat(breaker("up")).isEqualTo("open"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status-400",
                "status-404",
                "status-422",
                "status-429",
                "context-length",
                "insufficient-quota",
                "status-401"
            })
    void failuresThatAreNotTheProvidersDoNotCount(String fault) {
        ask("fast_fault-" + fault, 2 * MIN_CALLS);

        assertThat(breaker("up")).isEqualTo("closed");
        assertThat(simulator.log().requestCount()).isEqualTo(2 * MIN_CALLS);
    }

    @Test
    void clientsThatGoAwayDoNotCount() throws IOException {
        for (int i = 1; i <= 2 * MIN_CALLS; i++) {
            int calls = i;
            try (RawClient client = RawClient.connect(sluice.port())) {
                client.post(
                        "/v1/chat/completions",
                        ChatClient.request("up/lorem_slow-30s", "Hello").encode());
                await().until(() -> simulator.log().requestCount() == calls);
            }
        }

        ObservedState.awaitInFlight(sluice, "up", 0);
        assertThat(breaker("up")).isEqualTo("closed");
    }

    @Test
    void halfOpenLetsOneThroughAndItsSuccessCloses() {
        open();
        int before = held.seen();

        List<CompletableFuture<HttpResponse<String>>> rush = rush(500);
        // All others have a response while the probe is still running.
        await().atMost(Duration.ofSeconds(10))
                .until(() -> rush.stream().filter(CompletableFuture::isDone).count() == 499);
        assertThat(held.seen() - before).isEqualTo(1);
        held.respondNext(200);

        assertThat(statuses(rush))
                .containsOnlyOnce(200)
                .filteredOn(status -> status == 503)
                .hasSize(499);
        await().until(() -> breaker("probed").equals("closed"));
    }

    @Test
    void aProbeThatFailsReopens() {
        open();
        int before = held.seen();

        List<CompletableFuture<HttpResponse<String>>> probe = rush(1);
        held.awaitHeld(1);
        held.respondNext(503);

        assertThat(statuses(probe)).containsExactly(503);
        await().until(() -> breaker("probed").equals("open"));
        assertThat(held.seen() - before).isEqualTo(1);
        assertThat(metrics()).contains("sluice_breaker_opened_total{provider=\"probed\"} 2");
    }

    /** How short that is, is up to clients and routes; silence counts by what the provider itself may take. */
    @ParameterizedTest
    @CsvSource({"30s, closed", "300ms, open"})
    void theDeadlineOfARequestCountsOnlyWhereTheProviderWasSilentForLong(String whole, String state) {
        try (RunningSluice hasty =
                RunningSluice.start(RunningSluice.EPHEMERAL + """
                    providers:
                      probed:
                        type: openai_compatible
                        base_url: "%s"
                        timeouts: { total: 200ms, response: %s }
                        breaker: { failure_rate: 0.5, min_calls: 5, window: 60s, open_duration: 60s }
                    """.formatted(held.baseUrl(), whole))) {
            for (int i = 0; i < MIN_CALLS; i++) {
                assertThat(hasty.chat()
                                .chat(ChatClient.request("probed/any", "Hello"))
                                .statusCode())
                        .isEqualTo(504);
            }

            assertThat(ObservedState.provider(hasty, "probed").getString("breaker"))
                    .isEqualTo(state);
        }
    }

    /** Brings the breaker of provider probed to half-open. */
    private void open() {
        for (int i = 0; i < MIN_CALLS; i++) {
            List<CompletableFuture<HttpResponse<String>>> one = rush(1);
            held.awaitHeld(1);
            held.respondNext(503);
            statuses(one);
        }
        await().until(() -> breaker("probed").equals("half_open"));
    }

    private List<CompletableFuture<HttpResponse<String>>> rush(int requests) {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        return IntStream.range(0, requests)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> sluice.chat().chat(ChatClient.request("probed/any", "Hello")), threads))
                .toList();
    }

    private static Stream<Integer> statuses(List<CompletableFuture<HttpResponse<String>>> responses) {
        return responses.stream().map(response -> response.join().statusCode());
    }

    private void ask(String model, int times) {
        for (int i = 0; i < times; i++) {
            sluice.chat().chat(ChatClient.request("up/" + model, "Hello"));
        }
    }

    private String breaker(String provider) {
        return ObservedState.provider(sluice, provider).getString("breaker");
    }

    private String metrics() {
        return new ChatClient(sluice.adminUrl()).get("/metrics").body();
    }
}
