package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider receives at most its concurrency limit; some requests wait, the others are refused or fail over. */
class SaturatedProvidersRejectAtOnceTest {

    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static final int BOUND = 8;
    private static final int QUEUE = 4;

    private final HeldUpstream held = new HeldUpstream();
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "%s"
                limits: { concurrency: 8 }
                concurrency: { queue: 4, max_wait: 20s }
              other: { type: simulator }
            models:
              either:
                targets:
                  - { provider: up, model: any }
                  - { provider: other, model: echo }
            """.formatted(held.baseUrl()));
    }

    @AfterEach
    void stop() {
        sluice.close();
        held.close();
    }

    @Test
    void atFiveTimesTheCapacityTheExcessIsRejectedAtOnce() {
        List<CompletableFuture<HttpResponse<String>>> asked =
                IntStream.range(0, 5 * BOUND).mapToObj(i -> ask("up/any")).toList();

        // The provider has not responded to any request yet: each response so far is a refusal without a wait.
        await().until(() -> done(asked).count() == 5 * BOUND - BOUND - QUEUE);
        List<HttpResponse<String>> refused = done(asked).toList();
        held.awaitHeld(BOUND);

        assertThat(refused).allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(ObservedState.error(response.body()).getString("code")).isEqualTo("saturated");
            assertThat(response.headers().firstValue("retry-after")).isPresent();
        });
        JsonObject full = ObservedState.provider(sluice, "up");
        assertThat(full.getInteger("in_flight")).isEqualTo(BOUND);
        assertThat(full.getInteger("concurrency_limit")).isEqualTo(BOUND);
        assertThat(full.getInteger("waiting")).isEqualTo(QUEUE);
        assertThat(metric("sluice_provider_waiting")).isEqualTo(QUEUE);
        assertThat(metric("sluice_provider_concurrency_limit")).isEqualTo(BOUND);
        assertThat(metric("sluice_provider_saturated_total")).isEqualTo(5 * BOUND - BOUND - QUEUE);
        for (int i = 0; i < BOUND + QUEUE; i++) {
            await().until(() -> held.holdsRequests());
            held.respondNext(200);
        }
        assertThat(asked.stream().map(CompletableFuture::join).filter(response -> response.statusCode() == 200))
                .hasSize(BOUND + QUEUE);
        assertThat(held.seen()).isEqualTo(BOUND + QUEUE);
        ObservedState.awaitInFlight(sluice, "up", 0);
    }

    @Test
    void theNextTargetServesWhatTheFullOneRefuses() {
        List<CompletableFuture<HttpResponse<String>>> held =
                IntStream.range(0, BOUND + QUEUE).mapToObj(i -> ask("up/any")).toList();
        await().until(() -> ObservedState.provider(sluice, "up").getInteger("waiting") == QUEUE);

        HttpResponse<String> response = ask("either").join();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-sluice-provider")).contains("other");
        assertThat(this.held.seen()).isEqualTo(BOUND);
        assertThat(held).noneMatch(CompletableFuture::isDone);
    }

    private static Stream<HttpResponse<String>> done(List<CompletableFuture<HttpResponse<String>>> asked) {
        return asked.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join);
    }

    private int metric(String name) {
        return new ChatClient(sluice.adminUrl())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{provider=\"up\"}"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private CompletableFuture<HttpResponse<String>> ask(String model) {
        return CompletableFuture.supplyAsync(() -> sluice.chat().chat(ChatClient.request(model, "Hello")), THREADS);
    }
}
