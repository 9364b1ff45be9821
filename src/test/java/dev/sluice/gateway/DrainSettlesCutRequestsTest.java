package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that a drain cuts off are settled like any other, and the amount spent is restored after a restart. */
class DrainSettlesCutRequestsTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static final long NANO_PER_TOKEN = 1_000_000;
    /** Two words of prompt and five of completion. */
    private static final long FIRST_COST = (2 + 5) * NANO_PER_TOKEN;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"lorem-1000_gap-20ms, true", "lorem-5_slow-20s, true", "lorem-5_slow-20s, false"})
    void requestsCutByTheDrainAreSettledAndRestored(String model, boolean stream) {
        VirtualKeys keys = new VirtualKeys().with("ci", "limits: { concurrency: 1 }, budget: { usd: 1 }");
        String yaml = """
            server: { port: 0, admin: { port: 0 }, drain: 200ms }
            store: { url: "sqlite:%s" }
            providers:
              up: { type: openai_compatible, base_url: "%s" }
            model_info:
              "lorem*": { input: 1000, output: 1000 }
            """.formatted(folder.resolve("sluice.db"), simulator.baseUrl()) + keys.yaml();
        long spent;
        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            RecordedUsage accounts = RecordedUsage.of(sluice);
            assertThat(ask(sluice, keys, "up/lorem-5", false, "first").statusCode())
                    .isEqualTo(200);
            CompletableFuture<HttpResponse<String>> cut =
                    CompletableFuture.supplyAsync(() -> ask(sluice, keys, "up/" + model, stream, "cut"));
            await().until(() -> simulator.log().requestCount() == 2);

            RunningSluice.await(sluice.main().drain());

            assertThat(cut.join().body()).contains("draining");
            await().until(() -> accounts.quota().openReservations() == 0 && accounts.written());
            assertThat(accounts.quota().reserved()).isZero();
            assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isZero();
            List<AttemptRecord> rows = accounts.rows("cut");
            assertThat(rows).hasSize(1);
            assertThat(rows.getFirst().outcome()).isEqualTo("cancelled");
            assertThat(rows.getFirst().costSource()).isEqualTo(AttemptRecord.CostSource.ESTIMATED);
            // The prompt's messages have 41 bytes, four to a token; the completion is estimated by time or by events.
            Usage usage = rows.getFirst().usage();
            assertThat(usage.promptTokens()).isEqualTo(10);
            assertThat(usage.completionTokens())
                    .isBetween(
                            1L, TokenEstimates.completionTokens(rows.getFirst().durationMillis()) + 2);
            assertThat(rows.getFirst().costNanoUsd()).isEqualTo(usage.totalTokens() * NANO_PER_TOKEN);
            spent = accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH);
            assertThat(spent).isEqualTo(FIRST_COST + rows.getFirst().costNanoUsd());
        }
        try (RunningSluice again = RunningSluice.start(yaml)) {
            assertThat(RecordedUsage.of(again).quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH))
                    .isEqualTo(spent);
        }
    }

    private static HttpResponse<String> ask(
            RunningSluice sluice, VirtualKeys keys, String model, boolean stream, String id) {
        return sluice.chat()
                .chat(
                        ChatClient.request(model, "Hello there").put("stream", stream),
                        "authorization",
                        keys.bearer("ci"),
                        "x-request-id",
                        id);
    }
}
