package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A hard budget refuses what cannot be counted, and what reports usage is charged wherever it passes. */
class HardBudgetsCountEverythingTest {

    private static final String TEXT = "w".repeat(4_000);
    private static final String CHAT_SSE = """
        data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}

        data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}

        data: [DONE]

        """;
    private static final String GEMINI_SSE = """
        data: {"candidates":[{"content":{"parts":[{"text":"h"}]}}],"usageMetadata":{"promptTokenCount":7}}

        data: {"candidates":[],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2}}

        """;
    private static final String MESSAGES_SSE = """
        event: message_start
        data: {"type":"message_start","message":{"usage":{"input_tokens":7,"output_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

        event: message_stop
        data: {"type":"message_stop"}

        """;

    private static final VirtualKeys CALLERS = new VirtualKeys()
            .with("hard", "endpoints: [chat, embeddings, speech, batches, files, passthrough], budget: { usd: 100 }")
            .with("allowed", "endpoints: [chat, batches, passthrough], budget: { usd: 100, uncounted: allow }")
            .with("estimated", "budget: { usd: 1 }")
            .with("numbers", "budget: { usd: 1 }")
            .with("soft", "endpoints: [chat, passthrough], budget: { usd: 100, hard: false }");

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static RunningSluice sluice;
    private static RecordedUsage accounts;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        HttpServer upstream = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> respond(request)))
                .listen(0, "127.0.0.1"));
        sluice =
                RunningSluice.start("""
                    server: { port: 0, admin: { port: 0 } }
                    store: { url: "sqlite:%2$s" }
                    providers:
                      up:
                        type: openai
                        base_url: "http://127.0.0.1:%1$d/v1"
                        api_keys: [{ key: sk-provider }]
                        models: ["*"]
                    model_info:
                      up/priced: { input: 1000, output: 2000 }
                      up/mute: { input: 10, output: 10 }
                    """.formatted(upstream.actualPort(), folder.resolve("sluice.db")) + CALLERS.yaml());
        accounts = RecordedUsage.of(sluice);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    private static void respond(HttpServerRequest request) {
        String path = request.path();
        boolean events = path.endsWith(":stream") || path.contains("stream");
        request.response().putHeader("content-type", events ? "text/event-stream" : "application/json");
        request.response()
                .end(
                        switch (path) {
                            case "/v1/stream/chat/completions" -> CHAT_SSE;
                            case "/v1/models/priced:streamGenerateContent" -> GEMINI_SSE;
                            case "/v1/anything/stream" -> MESSAGES_SSE;
                            case "/v1/models/priced:generateContent" ->
                                "{\"candidates\":[],\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":2}}";
                            case "/v1/models/priced:arrays" ->
                                "[{\"usageMetadata\":{\"promptTokenCount\":7}},{\"usageMetadata\":{\"promptTokenCount\":7,"
                                    + "\"candidatesTokenCount\":2}}]";
                            case "/v1/whole/chat/completions", "/v1/responses/resp_1" ->
                                "{\"object\":\"x\",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}";
                            case "/v1/embeddings" ->
                                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.1]}],\"model\":\"x\"}";
                            default ->
                                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                    + "\"message\":{\"role\":\"assistant\",\"content\":\"" + TEXT
                                        + "\"},\"finish_reason\":\"stop\"}]}";
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/passthrough/up/chat/completions | cost_uncounted",
                "/passthrough/up/fine_tuning/jobs | cost_uncounted",
                "/v1/batches | cost_uncounted",
                "/v1/audio/speech | cost_uncounted",
                "/v1/chat/completions | price_unknown",
                "/v1/embeddings | price_unknown"
            })
    void aHardBudgetRefusesWhatCannotBeCounted(String path, String code) {
        HttpResponse<String> refused = post(
                "hard",
                path,
                "{\"model\":\"up/unknown\",\"input\":\"x\",\"voice\":\"v\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo(code);
        assertThat(ObservedState.error(refused.body()).getString("message")).contains("uncounted: allow");
        assertThat(accounts.quota().openReservations()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/passthrough/up/whole/chat/completions",
        "/passthrough/up/stream/chat/completions",
        "/passthrough/up/models/priced:generateContent",
        "/passthrough/up/models/priced:arrays",
        "/passthrough/up/models/priced:streamGenerateContent",
        "/passthrough/up/anything/stream"
    })
    void whatReportsUsageIsChargedWhereverItPasses(String path) {
        for (String caller : List.of("allowed", "soft")) {
            long before = spent(caller);
            assertThat(post(caller, path, "{\"model\":\"priced\"}").statusCode())
                    .isEqualTo(200);

            await().untilAsserted(() -> assertThat(spent(caller) - before).isEqualTo(7 * 1_000_000 + 2 * 2_000_000));
        }
    }

    @Test
    void readingAnEarlierResultIsNotChargedAgain() {
        long before = spent("allowed");
        HttpResponse<String> read =
                client().get("/passthrough/up/responses/resp_1", "authorization", CALLERS.bearer("allowed"));

        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(spent("allowed")).isEqualTo(before);
    }

    @Test
    void aWholeResponseWithoutUsageIsEstimated() {
        int served = 0;
        HttpResponse<String> last;
        do {
            last = post(
                    "estimated",
                    "/v1/chat/completions",
                    "{\"model\":\"up/mute\",\"max_tokens\":2000,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
            served++;
        } while (last.statusCode() == 200 && served < 200);

        assertThat(ObservedState.error(last.body()).getString("code")).isEqualTo("budget_exceeded");
        await().until(() -> accounts.written() && accounts.rowsOf("estimated").size() >= 50);
        assertThat(accounts.rowsOf("estimated")).allSatisfy(row -> {
            assertThat(row.costSource()).isEqualTo(CostSource.ESTIMATED);
            assertThat(row.usage().completionTokens()).isBetween(1_000L, 1_100L);
        });
    }

    @Test
    void embeddingsWithoutUsageAreEstimated() {
        long before = spent("hard");
        HttpResponse<String> made =
                post("hard", "/v1/embeddings", "{\"model\":\"up/mute\",\"input\":\"" + TEXT + "\"}");

        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(spent("hard") - before).isBetween(1_000L * 10_000, 1_100L * 10_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"n\":1e1,\"max_tokens\":20000", "\"n\":10.0,\"max_tokens\":2e4", "\"max_tokens\":2e5"})
    void numbersInAnyNotationAreReserved(String members) {
        HttpResponse<String> refused = post(
                "numbers",
                "/v1/chat/completions",
                "{\"model\":\"up/mute\"," + members + ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("budget_exceeded");
    }

    @Test
    void theRowOfAnUncountedRequestHasItsCost() {
        post("allowed", "/passthrough/up/whole/chat/completions", "{\"model\":\"priced\"}");

        await().until(() -> accounts.written() && !accounts.rowsOf("allowed").isEmpty());
        List<AttemptRecord> rows = accounts.rowsOf("allowed");
        assertThat(rows).anySatisfy(row -> assertThat(row.costSource()).isEqualTo(CostSource.COMPUTED));
    }

    private static ChatClient client() {
        return new ChatClient("http://127.0.0.1:" + sluice.port());
    }

    private static long spent(String key) {
        return accounts.quota().spent(QuotaScope.KEY, key, Budget.Period.MONTH);
    }

    private static HttpResponse<String> post(String key, String path, String json) {
        return client().post(path, json, "authorization", CALLERS.bearer(key));
    }
}
