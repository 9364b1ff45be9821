package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Requests with the same client-chosen id are each charged. */
class RepeatedRequestIdsAreChargedEachTimeTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    Path folder;

    @Test
    void eachOfThemIsARowAndIsSummed() throws Exception {
        VirtualKeys keys = new VirtualKeys().with("ci", "budget: { usd: 1, period: day }");
        try (RunningSluice sluice =
                RunningSluice.start("""
                    server: { port: 0, admin: { port: 0 } }
                    store: { url: "sqlite:%s" }
                    providers:
                      up: { type: openai_compatible, base_url: "%s" }
                    model_info:
                      "lorem*": { input: 1, output: 100 }
                    """.formatted(folder.resolve("sluice.db"), simulator.baseUrl()) + keys.yaml())) {
            for (int i = 0; i < 3; i++) {
                assertThat(sluice.chat()
                                .chat(
                                        ChatClient.request("up/lorem-20", "Hello there"),
                                        "authorization",
                                        keys.bearer("ci"),
                                        "x-request-id",
                                        "always-the-same")
                                .headers()
                                .firstValue("x-request-id"))
                        .hasValue("always-the-same");
            }

            await().until(() -> RecordedUsage.of(sluice).written());
            assertThat(RecordedUsage.of(sluice).rows("always-the-same"))
                    .hasSize(3)
                    // Two prompt tokens at 1 USD and twenty completion tokens at 100 USD a million.
                    .allSatisfy(row -> assertThat(row.costNanoUsd()).isEqualTo(2_002_000));
            long spent = RecordedUsage.of(sluice).rowsOf("ci").stream()
                    .mapToLong(AttemptRecord::costNanoUsd)
                    .sum();
            assertThat(RunningSluice.await(
                            RecordedUsage.of(sluice).store().usage().spentByKey(Instant.EPOCH)))
                    .containsEntry("ci", spent);
        }
    }
}
