package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A budget that reaches an alert threshold is reported once: in the log, in the metrics, and to the webhook. */
class BudgetAlertsAreSentOnceTest {

    private final Vertx vertx = Vertx.vertx();
    private final Queue<JsonObject> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger posts = new AtomicInteger();
    private final VirtualKeys keys = new VirtualKeys().with("ci", "budget: { usd: 0.01, period: day }");

    private HttpServer hook;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        hook = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    posts.incrementAndGet();
                    boolean fails = failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
                    if (!fails) {
                        told.add(body.toJsonObject());
                    }
                    request.response().setStatusCode(fails ? 500 : 204).end();
                }))
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              sim: { type: simulator, models: [lorem] }
            model_info:
              lorem: { input: 1, output: 10 }
            alerts: { webhook: "http://127.0.0.1:%d/budgets" }
            """.formatted(hook.actualPort()) + keys.yaml());
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void eachThresholdAlertsOnce() {
        try (CapturedLog log = CapturedLog.open()) {
            // A twelfth of a cent each, and more than is left for the ninth.
            for (int i = 0; i < 20; i++) {
                ask();
            }

            await().until(() -> told.size() == 2);
            assertThat(told.stream().map(each -> each.getString("kind"))).containsExactly("warning", "refused");
            JsonObject warning = told.peek();
            assertThat(warning.fieldNames())
                    .containsExactlyInAnyOrder(
                            "scope", "name", "key", "kind", "spent_usd", "budget_usd", "period", "at");
            assertThat(warning.getString("scope") + " " + warning.getString("name") + " " + warning.getString("period"))
                    .isEqualTo("key ci day");
            assertThat(warning.getDouble("budget_usd")).isEqualTo(0.01);
            assertThat(warning.getDouble("spent_usd")).isBetween(0.008, 0.01);
            assertThat(Instant.parse(warning.getString("at"))).isBeforeOrEqualTo(Instant.now());
            List<String> lines = log.lines().stream()
                    .filter(line -> line.startsWith("WARN Budget"))
                    .toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.getFirst())
                    .startsWith("WARN Budget of key ci: 0.008")
                    .endsWith("of 0.01 USD per day are spent (warning)");
        }
        String scrape = new ChatClient(sluice.adminUrl()).get("/metrics").body();
        assertThat(scrape)
                .contains(
                        "sluice_budget_alerts_total{kind=\"warning\",scope=\"key\"} 1.0",
                        "sluice_budget_alerts_total{kind=\"refused\",scope=\"key\"} 1.0",
                        "sluice_budget_reserved_usd 0.0",
                        "sluice_ledger_waiting_rows 0.0",
                        "sluice_ledger_refused_rows_total 0.0",
                        "sluice_limits_leaked_total 0.0")
                .containsPattern("sluice_limits_refused_total\\{reason=\"budget_exceeded\",scope=\"key\"} [1-9]");
    }

    @Test
    void failedWebhooksAreRetriedTwice() {
        failures.set(2);
        for (int i = 0; i < 20; i++) {
            ask();
        }

        await().until(() -> told.size() == 2);
        assertThat(posts.get()).isEqualTo(4);
    }

    private void ask() {
        assertThat(sluice.chat()
                        .chat(
                                ChatClient.request("sim/lorem", "go").put("max_tokens", 120),
                                "authorization",
                                keys.bearer("ci"))
                        .statusCode())
                .isIn(200, 429);
    }
}
