package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.Accounts;
import dev.sluice.model.AttemptRecord;
import dev.sluice.testkit.Callers;
import dev.sluice.testkit.Chat;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A client may choose the id of its request, the same one each time; it pays for each all the same. */
class RepeatedRequestIdsAreChargedEachTimeTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    Path folder;

    @Test
    void eachOfThemIsARowAndIsSummed() throws Exception {
        Callers callers = new Callers().with("ci", "budget: { usd: 1, period: day }");
        try (RunningSluice sluice =
                RunningSluice.start("""
                    server: { port: 0, admin: { port: 0 } }
                    store: { url: "sqlite:%s" }
                    providers:
                      up: { type: openai_compatible, base_url: "%s" }
                    model_info:
                      "lorem*": { input: 1, output: 100 }
                    """.formatted(folder.resolve("sluice.db"), simulator.baseUrl()) + callers.yaml())) {
            for (int i = 0; i < 3; i++) {
                assertThat(sluice.chat()
                                .chat(
                                        Chat.ask("up/lorem-20", "Hello there"),
                                        "authorization",
                                        callers.bearer("ci"),
                                        "x-request-id",
                                        "always-the-same")
                                .headers()
                                .firstValue("x-request-id"))
                        .hasValue("always-the-same");
            }

            await().until(() -> Accounts.of(sluice).written());
            assertThat(Accounts.of(sluice).rows("always-the-same"))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row.costNanoUsd()).isPositive());
            long spent = Accounts.of(sluice).rowsOf("ci").stream()
                    .mapToLong(AttemptRecord::costNanoUsd)
                    .sum();
            assertThat(RunningSluice.await(Accounts.of(sluice).store().usage().spentByKey(Instant.EPOCH)))
                    .containsEntry("ci", spent);
        }
    }
}
