package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream that is held back is charged even if the client never receives it: its usage is in the ledger once, as
 * reported by the provider or estimated from the received events, and is charged to the budget.
 */
class HeldStreamsAreChargedTest {

    private static final int TOKENS = 60;
    /** The messages of every request have 41 bytes, four to a token. */
    private static final int PROMPT_ESTIMATE = 10;
    /** Routes that hold a whole stream, with the model of their first target. The second target works. */
    private static final Map<String, String> HELD = Map.of(
            "all", "lorem-60",
            "refused", "fault-status-500",
            "silent", "lorem-60_fault-headers-then-stall",
            "early", "lorem-60_fault-cut@5",
            "late", "lorem-60_fault-cut@59",
            "broken", "lorem-60_fault-malformed@30",
            "stalls", "lorem-60_fault-stall@30",
            "hangs", "lorem-60_fault-stall@30, timeouts: { first_token: 1m, idle: 1m }",
            "hedged", "lorem-60_fault-stall@30, timeouts: { first_token: 1m, idle: 1m }, hedge: { after: 1s }");

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    static Path folder;

    private static VirtualKeys keys;
    private static RunningSluice sluice;
    private static RecordedUsage accounts;

    @BeforeAll
    static void start() {
        keys = new VirtualKeys().with("ci", "limits: { concurrency: 1 }, budget: { usd: 1000 }");
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL
                + keys.yaml()
                + """
                store: { url: "sqlite:%2$s" }
                providers:
                  up: &up
                    type: openai_compatible
                    base_url: "%1$s"
                    breaker: { min_calls: 100000 }
                    retry: { attempts: 1, budget: 1 }
                    timeouts: { first_token: 1s, idle: 1s }
                  other: *up
                models:
                  plain: { targets: [{ provider: up, model: lorem-60 }] }
                  few: { on_stream_failure: hold, hold: { events: 10, within: 1m }, targets: [{ provider: up, model: lorem-60 }] }
                %3$s
                model_info:
                  "lorem*": { input: 1000, output: 1000 }
                  "fault*": { input: 1000, output: 1000 }
                """.formatted(
                                simulator.baseUrl(),
                                folder.resolve("sluice.db"),
                                HELD.entrySet().stream()
                                        .map(each -> held(each.getKey(), each.getValue()))
                                        .collect(Collectors.joining("\n"))));
        accounts = RecordedUsage.of(sluice);
    }

    /** @param first model of the first target, and further members of the route */
    private static String held(String name, String first) {
        String[] parts = first.split(", ", 2);
        return "  " + name + ": { on_stream_failure: hold, hold: { all: true }, "
                + (parts.length > 1 ? parts[1] + ", " : "") + "targets: [{ provider: up, model: " + parts[0]
                + " }, { provider: other, model: lorem-60 }] }";
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "few", "all"})
    void aCompleteStreamIsChargedAsReportedAndItsUsageIsSentOnce(String route) {
        long before = spent();

        HttpResponse<String> response = ask(route);

        AttemptRecord row = rows(route, before, "ok computed").getFirst();
        assertThat(row.usage().completionTokens()).isEqualTo(TOKENS);
        JsonObject sent = sentUsage(response);
        assertThat(sent.getLong("completion_tokens")).isEqualTo(TOKENS);
        assertThat(sent.getLong("prompt_tokens")).isEqualTo(row.usage().promptTokens());
    }

    @ParameterizedTest
    @CsvSource({"early, 5", "late, 59", "broken, 30", "stalls, 30"})
    void eventsReceivedBeforeAFailureAreEstimated(String route, int tokens) {
        long before = spent();

        HttpResponse<String> response = ask(route);

        List<AttemptRecord> rows = rows(route, before, "failed estimated", "ok computed");
        assertThat(rows.getFirst().usage().completionTokens()).isBetween((long) tokens, tokens + 3L);
        assertThat(rows.getFirst().usage().promptTokens()).isEqualTo(PROMPT_ESTIMATE);
        assertThat(rows.get(1).usage().completionTokens()).isEqualTo(TOKENS);
        assertThat(sentUsage(response).getLong("completion_tokens")).isEqualTo(TOKENS);
    }

    @Test
    void aRejectedAttemptCostsNothing() {
        long before = spent();

        ask("refused");

        rows("refused", before, "failed none", "ok computed");
    }

    @Test
    void anAttemptWithoutEventsIsEstimated() {
        long before = spent();

        ask("silent");

        AttemptRecord row =
                rows("silent", before, "failed estimated", "ok computed").getFirst();
        assertThat(row.usage().promptTokens()).isEqualTo(PROMPT_ESTIMATE);
    }

    @Test
    void tokensReceivedBeforeADisconnectAreEstimated() throws IOException {
        long before = spent();

        try (RawClient client = RawClient.connect(sluice.port())) {
            client.post(
                    "/v1/chat/completions",
                    ChatClient.request("hangs", "Hello there")
                            .put("stream", true)
                            .encode(),
                    "authorization: " + keys.bearer("ci"),
                    "x-request-id: hangs");
            await().until(() -> simulator.log().stallCount() == 1);
        }

        AttemptRecord row = rows("hangs", before, "cancelled estimated").getFirst();
        assertThat(row.usage().completionTokens()).isBetween(30L, 33L);
    }

    @Test
    void tokensReceivedBeforeTheHedgeWonAreEstimated() {
        long before = spent();

        HttpResponse<String> response = ask("hedged");

        List<AttemptRecord> rows = rows("hedged", before, "cancelled estimated", "ok computed");
        assertThat(rows.getFirst().usage().completionTokens()).isBetween(30L, 33L);
        assertThat(sentUsage(response).getLong("completion_tokens")).isEqualTo(TOKENS);
    }

    /**
     * The ledger rows of the request by attempt, once everything is settled. Checks that their cost equals the amount
     * spent.
     */
    private static List<AttemptRecord> rows(String id, long spentBefore, String... expected) {
        await().until(() -> accounts.quota().openReservations() == 0 && accounts.written());
        List<AttemptRecord> rows = accounts.rows(id);
        assertThat(rows.stream()
                        .map(row ->
                                row.outcome() + " " + row.costSource().name().toLowerCase(Locale.ROOT)))
                .containsExactly(expected);
        assertThat(spent() - spentBefore)
                .isEqualTo(rows.stream().mapToLong(AttemptRecord::costNanoUsd).sum());
        return rows;
    }

    private static JsonObject sentUsage(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<JsonObject> sent = ChatClient.chunks(response.body()).stream()
                .map(chunk -> chunk.getJsonObject("usage"))
                .filter(usage -> usage != null)
                .toList();
        assertThat(sent).hasSize(1);
        assertThat(ChatClient.data(response.body())).endsWith("[DONE]");
        return sent.getFirst();
    }

    private static HttpResponse<String> ask(String route) {
        JsonObject body = ChatClient.request(route, "Hello there")
                .put("stream", true)
                .put("stream_options", new JsonObject().put("include_usage", true));
        return sluice.chat().chat(body, "authorization", keys.bearer("ci"), "x-request-id", route);
    }

    private static long spent() {
        await().until(() -> accounts.quota().openReservations() == 0);
        return accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH);
    }
}
