package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty clients of one key use the requests and tokens of a minute, and the permits, completely and never exceed them.
 */
class LimitsHoldUnderLoadTest {

    private static final int CLIENTS = 50;
    private static final int ASKS = 8;

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    Path folder;

    private final VirtualKeys keys = new VirtualKeys()
            .with("requests", "limits: { rpm: 120 }")
            .with("tokens", "limits: { tpm: 10000 }")
            .with("places", "limits: { concurrency: 7 }");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger most = new AtomicInteger();
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(
                """
                server: { port: 0, admin: { port: 0 } }
                store: { url: "sqlite:%s" }
                providers:
                  up: { type: openai_compatible, base_url: "%s", pool: { max_connections: 100 } }
                  slow: { type: openai_compatible, base_url: "http://127.0.0.1:%d/v1", pool: { max_connections: 100 } }
                """.formatted(folder.resolve("sluice.db"), simulator.baseUrl(), slow().actualPort()) + keys.yaml());
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void requestsOfAMinute() {
        assertThat(served("requests", ChatClient.request("up/lorem-5", "Hello")))
                .isEqualTo(120);
        assertThat(simulator.log().requestCount()).isEqualTo(120);
    }

    @Test
    void tokensOfAMinute() {
        served("tokens", ChatClient.request("up/lorem-60", "Hello").put("max_tokens", 60));

        await().until(() -> RecordedUsage.of(sluice).quota().openReservations() == 0
                && RecordedUsage.of(sluice).written());
        long used = RecordedUsage.of(sluice).rowsOf("tokens").stream()
                .map(AttemptRecord::usage)
                .mapToLong(usage -> usage.promptTokens() + usage.completionTokens())
                .sum();
        assertThat(used).isBetween(9_500L, 10_000L);
    }

    @Test
    void concurrentRequests() {
        assertThat(served("places", ChatClient.request("slow/any", "Hello"))).isPositive();

        assertThat(most.get()).isBetween(2, 7);
        assertThat(RecordedUsage.of(sluice).quota().concurrency(QuotaScope.KEY, "places"))
                .isZero();
    }

    /** Responds after a moment, and counts how many requests it had at once. */
    private HttpServer slow() {
        AtomicInteger now = new AtomicInteger();
        return RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    vertx.setTimer(20, passed -> {
                        now.decrementAndGet();
                        request.response()
                                .putHeader("content-type", "application/json")
                                .end("{\"id\":\"s\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                                        + "\"content\":\"well\"},\"finish_reason\":\"stop\"}]}");
                    });
                })
                .listen(0, "127.0.0.1"));
    }

    /** The number of requests that were served. */
    private int served(String key, JsonObject body) {
        AtomicInteger served = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(() -> {
                    for (int asked = 0; asked < ASKS; asked++) {
                        int status = sluice.chat()
                                .chat(body, "authorization", keys.bearer(key))
                                .statusCode();
                        served.addAndGet(status == 200 ? 1 : 0);
                    }
                });
            }
        }
        return served.get();
    }
}
