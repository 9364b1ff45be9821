package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many concurrent clients of one hard budget never exceed it by a billionth of a dollar, and use nearly all of it. */
class BudgetsHoldUnderLoadTest {

    private static final int CLIENTS = 200;
    private static final int MOST_ASKED = 100;
    private static final long BUDGET = 1_000_000_000;

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    Path folder;

    @ParameterizedTest(name = "seed {0}, limited {1}")
    @CsvSource({"1, true", "2, true", "3, true", "4, true", "5, false", "6, false", "7, false", "8, false"})
    void spendingNeverExceedsTheBudgetAndComesClose(long seed, boolean limited) throws Exception {
        VirtualKeys keys = new VirtualKeys().with("ci", "budget: { usd: 1, period: lifetime }");
        try (RunningSluice sluice =
                RunningSluice.start("""
                    server: { port: 0, admin: { port: 0 } }
                    store: { url: "sqlite:%s" }
                    providers:
                      up: { type: openai_compatible, base_url: "%s", pool: { max_connections: 100 } }
                    model_info:
                      "lorem*": { input: 1, output: 100 }
                    """.formatted(folder.resolve("sluice.db"), simulator.baseUrl()) + keys.yaml())) {
            Quota quota = RecordedUsage.of(sluice).quota();
            List<Future<?>> clients = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CLIENTS; i++) {
                    Random random = new Random(seed * CLIENTS + i);
                    clients.add(threads.submit(() -> spend(sluice, keys, quota, random, limited)));
                }
                for (Future<?> client : clients) {
                    client.get();
                }
            }

            await().until(() ->
                    quota.openReservations() == 0 && RecordedUsage.of(sluice).written());
            long spent = quota.spent(QuotaScope.KEY, "ci", Budget.Period.LIFETIME);
            assertThat(spent).isLessThanOrEqualTo(BUDGET).isGreaterThan(BUDGET * 95 / 100);
            assertThat(quota.reserved()).isZero();
            List<AttemptRecord> rows = RecordedUsage.of(sluice).rowsOf("ci");
            assertThat(rows.stream().mapToLong(AttemptRecord::costNanoUsd).sum())
                    .isEqualTo(spent);
            assertThat(rows)
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.outcome()).isEqualTo("ok"));
        }
    }

    /** Sends requests until none fits, with no other request in flight. */
    private static void spend(RunningSluice sluice, VirtualKeys keys, Quota quota, Random random, boolean limited) {
        for (int asked = 0; asked < MOST_ASKED; asked++) {
            JsonObject body = ChatClient.request("up/lorem-" + (20 + random.nextInt(200)), "Hello there")
                    .put("stream", random.nextBoolean());
            if (limited) {
                body.put("max_tokens", 20 + random.nextInt(200));
            }
            int status =
                    sluice.chat().chat(body, "authorization", keys.bearer("ci")).statusCode();
            assertThat(status).isIn(200, 429);
            if (status == 429) {
                boolean over = quota.reserved() == 0;
                if (over && quota.spent(QuotaScope.KEY, "ci", Budget.Period.LIFETIME) > BUDGET * 98 / 100) {
                    return;
                }
                await().pollInterval(Duration.ofMillis(5)).until(() -> quota.reserved() < BUDGET / 20);
            }
        }
    }
}
