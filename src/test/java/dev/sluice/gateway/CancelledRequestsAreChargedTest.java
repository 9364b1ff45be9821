package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cancelled requests are charged by an estimate, because the provider may bill them: otherwise a client that always
 * disconnects before the response would never exhaust its budget.
 */
class CancelledRequestsAreChargedTest {

    private static final long NANO_PER_TOKEN = 1_000_000;
    private static final long BUDGET_NANO = 250_000_000;

    private static final int SILENCE_MILLIS = 50;

    @TempDir
    static Path folder;

    private static final JsonUpstream upstream = new JsonUpstream(CancelledRequestsAreChargedTest::speak);
    private static final AtomicInteger asked = new AtomicInteger();

    private static VirtualKeys keys;
    private static RunningSluice sluice;
    private static RecordedUsage accounts;

    @BeforeAll
    static void start() {
        keys = new VirtualKeys()
                .with("ci", "budget: { usd: 1000 }")
                .with("waits", "budget: { usd: 0.25 }")
                .with("streams", "budget: { usd: 0.25 }");
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + keys.yaml() + """
                    store: { url: "sqlite:%2$s" }
                    providers:
                      up:
                        type: openai_compatible
                        base_url: "%1$s"
                        api_keys: [{ key: x }]
                        retry: { attempts: 1 }
                        breaker: { min_calls: 1000 }
                        timeouts: { response: 300ms, first_byte: 300ms }
                      patient: { type: openai_compatible, base_url: "%1$s", api_keys: [{ key: x }] }
                    model_info: { "*": { input: 1000, output: 1000 } }
                    """.formatted(upstream.baseUrl(), folder.resolve("sluice.db")));
        accounts = RecordedUsage.of(sluice);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        upstream.close();
    }

    private static void speak(HttpServerRequest request, JsonObject body) {
        asked.incrementAndGet();
        switch (body.getString("model")) {
            case "silent" -> {}
            case "cut" ->
                request.response()
                        .putHeader("content-type", "application/json")
                        .putHeader("content-length", "1000")
                        .write("{\"id\":")
                        .onSuccess(left -> request.connection().close());
            case "cut_error" ->
                request.response()
                        .setStatusCode(500)
                        .putHeader("content-length", "1000")
                        .write("{\"error\":")
                        .onSuccess(left -> request.connection().close());
            default -> request.connection().close();
        }
    }

    @ParameterizedTest(name = "streamed {0}")
    @ValueSource(booleans = {false, true})
    void clientsThatAlwaysDisconnectExhaustTheirBudget(boolean stream) throws IOException {
        String key = stream ? "streams" : "waits";
        long tries = 0;
        while (requestIsAdmitted(key, stream)) {
            assertThat(++tries).isLessThan(1000);
            // 8 tokens of prompt and at most 2 of completion for each of them.
            assertThat(spent(key)).isBetween(tries * 9 * NANO_PER_TOKEN, tries * 10 * NANO_PER_TOKEN);
            assertThat(spent(key)).isLessThanOrEqualTo(BUDGET_NANO);
        }

        assertThat(tries).isGreaterThan(1);
        assertThat(spent(key)).isGreaterThan(BUDGET_NANO / 2);
    }

    /** @return false when the request was refused */
    private static boolean requestIsAdmitted(String key, boolean stream) throws IOException {
        int before = asked.get();
        try (RawClient client = RawClient.connect(sluice.port())
                .post(
                        "/v1/chat/completions",
                        ChatClient.request("patient/silent", "Hi")
                                .put("stream", stream)
                                .put("max_tokens", 2)
                                .encode(),
                        "authorization: " + keys.bearer(key))) {
            String heard;
            do {
                heard = client.read(SILENCE_MILLIS).text();
            } while (heard.isEmpty() && asked.get() == before);
            if (!heard.isEmpty()) {
                assertThat(heard).startsWith("HTTP/1.1 429");
            }
            return heard.isEmpty();
        }
    }

    private static long spent(String key) {
        await().until(() -> accounts.quota().openReservations() == 0);
        return accounts.quota().spent(QuotaScope.KEY, key, Budget.Period.MONTH);
    }

    /** The prompt's bytes divided by four, and 50 tokens per second up to the limit of the request. */
    @ParameterizedTest(name = "limit {0}")
    @ValueSource(ints = {0, 3})
    void completionIsEstimatedFromTimeUpToTheRequestsLimit(int limit) {
        JsonObject body = ChatClient.request("up/silent", "Hello there");
        if (limit > 0) {
            body.put("max_tokens", limit);
        }

        AttemptRecord row = row(body, "guess-" + limit);

        assertThat(row.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(row.errorCode()).isEqualTo("upstream_timeout");
        assertThat(row.usage().promptTokens()).isBetween(10L, 60L);
        if (limit > 0) {
            assertThat(row.usage().completionTokens()).isEqualTo(limit);
        } else {
            assertThat(row.usage().completionTokens()).isBetween(15L, 50L * 5);
        }
        assertThat(row.costNanoUsd()).isEqualTo(row.usage().totalTokens() * NANO_PER_TOKEN);
    }

    @Test
    void aLargePromptIsEstimatedFromItsText() {
        AttemptRecord row = row(ChatClient.request("up/silent", "word ".repeat(60_000)), "large");

        assertThat(row.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(row.usage().promptTokens()).isBetween(75_000L, 75_100L);
    }

    @Test
    void theBytesOfAnImageAreNotCountedAsText() {
        JsonObject image = new JsonObject()
                .put("type", "image_url")
                .put("image_url", new JsonObject().put("url", "data:image/png;base64," + "A".repeat(300_000)));
        JsonObject text = new JsonObject().put("type", "text").put("text", "What do you see in this picture?");
        JsonObject body = ChatClient.request("up/silent", "");
        body.getJsonArray("messages").getJsonObject(0).put("content", new JsonArray(List.of(text, image)));

        AttemptRecord row = row(body, "image");

        assertThat(row.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(row.usage().promptTokens()).isBetween(8L, 100L);
    }

    @Test
    void aTruncatedResponseIsEstimated() {
        assertThat(row(ChatClient.request("up/cut", "Hello"), "cut").costSource())
                .isEqualTo(CostSource.ESTIMATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut_error", "closed"})
    void aFailureWithoutAResponseCostsNothing(String model) {
        AttemptRecord row = row(ChatClient.request("up/" + model, "Hello"), model);

        assertThat(row.costSource()).isEqualTo(CostSource.NONE);
        assertThat(row.costNanoUsd()).isZero();
    }

    private static AttemptRecord row(JsonObject body, String id) {
        long before = spent("ci");
        sluice.chat().chat(body, "authorization", keys.bearer("ci"), "x-request-id", id);
        await().until(() -> accounts.quota().openReservations() == 0
                && accounts.written()
                && !accounts.rows(id).isEmpty());
        List<AttemptRecord> rows = accounts.rows(id);
        assertThat(rows).hasSize(1);
        assertThat(spent("ci") - before).isEqualTo(rows.getFirst().costNanoUsd());
        return rows.getFirst();
    }
}
