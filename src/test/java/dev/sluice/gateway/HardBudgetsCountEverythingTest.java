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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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
            .with(
                    "hard",
                    "endpoints: [chat, responses, embeddings, speech, batches, files, passthrough], budget: { usd: 100"
                            + " }")
            .with("allowed", "endpoints: [chat, batches, passthrough], budget: { usd: 100, uncounted: allow }")
            .with("estimated", "budget: { usd: 1 }")
            .with("numbers", "budget: { usd: 1 }")
            .with("images", "budget: { usd: 52 }")
            .with("edits", "budget: { usd: 50 }")
            .with("transcripts", "budget: { usd: 100 }")
            .with("left", "budget: { usd: 20 }")
            .with("soft", "endpoints: [chat, passthrough], budget: { usd: 100, hard: false }");

    /** Requests for media that wait for their response. */
    private static final Queue<HttpServerRequest> HELD = new ConcurrentLinkedQueue<>();

    @TempDir
    static Path folder;

    private static final String JSON = "application/json";
    private static final String FORM = "multipart/form-data; boundary=b";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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
        if (path.startsWith("/v1/images/") || path.startsWith("/v1/audio/")) {
            HELD.add(request);
            return;
        }
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
                "/v1/responses | cost_uncounted",
                "/v1/chat/completions | price_unknown",
                "/v1/embeddings | price_unknown"
            })
    void aHardBudgetRefusesWhatCannotBeCounted(String path, String code) {
        HttpResponse<String> refused = post(
                "hard",
                path,
                "{\"model\":\"up/unknown\",\"input\":\"x\",\"voice\":\"v\",\"background\":true,"
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

    /** Two images in quality high cost 16.64 USD; a file is reserved with 20,000 tokens, which cost 20 USD. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images | /v1/images/generations | {\"model\":\"up/priced\",\"prompt\":\"x\",\"n\":2,"
                        + "\"size\":\"1024x1024\",\"quality\":\"high\"} | 8320 | 3",
                "edits | /v1/images/edits | model=up/priced prompt=x n=2 size=1024x1024 quality=high | 8320 | 1",
                "transcripts | /v1/audio/transcriptions | model=up/priced prompt=x | 100 | 4"
            })
    void tenAtOnceDoNotExceedTheBudget(String caller, String path, String request, int tokens, int admitted) {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(
                    request.startsWith("{")
                            ? send(caller, path, JSON, request)
                            : send(caller, path, FORM, form(request)));
        }
        await().until(() ->
                HELD.size() + all.stream().filter(CompletableFuture::isDone).count() == 10);
        HELD.forEach(held -> held.response()
                .putHeader("content-type", "application/json")
                .end("{\"text\":\"x\",\"created\":1,\"data\":[],\"usage\":{\"input_tokens\":20,\"output_tokens\":"
                        + tokens + "}}"));
        HELD.clear();

        List<HttpResponse<String>> responses =
                all.stream().map(CompletableFuture::join).toList();

        assertThat(responses).filteredOn(each -> each.statusCode() == 200).hasSize(admitted);
        assertThat(responses).filteredOn(each -> each.statusCode() == 429).hasSize(10 - admitted);
        await().untilAsserted(
                        () -> assertThat(spent(caller)).isEqualTo(admitted * (20L * 1_000_000 + tokens * 2_000_000L)));
    }

    @Test
    void anImageWithoutUsageIsEstimatedAndSoIsOneThatIsNotAwaited() {
        String image = "{\"model\":\"up/priced\",\"prompt\":\"x\",\"size\":\"1024x1024\",\"quality\":\"low\"}";
        CompletableFuture<HttpResponse<String>> made = send("left", "/v1/images/generations", JSON, image);
        await().until(() -> !HELD.isEmpty());
        HELD.remove().response().putHeader("content-type", "application/json").end("{\"created\":1,\"data\":[]}");

        assertThat(made.join().statusCode()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(spent("left")).isBetween(272L * 2_000_000, 350L * 2_000_000));

        long before = spent("left");
        CompletableFuture<HttpResponse<String>> leaving = send("left", "/v1/images/generations", JSON, image);
        await().until(() -> !HELD.isEmpty());
        leaving.cancel(true);

        await().untilAsserted(() -> assertThat(spent("left") - before).isGreaterThan(272L * 2_000_000));
        HELD.clear();
    }

    @Test
    void aTranscriptWithoutUsageIsRefused() {
        HttpResponse<String> refused = send(
                        "transcripts", "/v1/audio/transcriptions", FORM, form("model=up/priced response_format=srt"))
                .join();

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("cost_uncounted");
    }

    private static String form(String fields) {
        StringBuilder form = new StringBuilder();
        for (String field : fields.split(" ")) {
            form.append("--b\r\ncontent-disposition: form-data; name=\"")
                    .append(field.replace("=", "\"\r\n\r\n"))
                    .append("\r\n");
        }
        return form + "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nRIFF\r\n--b--\r\n";
    }

    private static CompletableFuture<HttpResponse<String>> send(String key, String path, String type, String body) {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
                        .header("authorization", CALLERS.bearer(key))
                        .header("content-type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
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
