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
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The completion of an unfinished stream is estimated. Anthropic reports the prompt's tokens with the first event, and
 * one token of completion as a placeholder, which is not the completion's usage.
 */
class UnfinishedStreamsAreEstimatedTest {

    private static final int WORDS = 200;
    private static final String BEGIN = event(
            "message_start",
            "\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],"
                    + "\"stop_reason\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}");
    private static final String BLOCK =
            event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
    private static final String WORD =
            event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"word \"}");
    private static final String END = event("content_block_stop", "\"index\":0")
            + event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":20}")
            + event("message_stop", "\"x\":0");

    @TempDir
    static Path folder;

    private static final JsonUpstream upstream = new JsonUpstream(UnfinishedStreamsAreEstimatedTest::speak);
    /** The connection of the response that stays open after its text. */
    private static final AtomicReference<HttpConnection> open = new AtomicReference<>();

    private static VirtualKeys keys;
    private static RunningSluice sluice;
    private static RecordedUsage accounts;

    @BeforeAll
    static void start() {
        keys = new VirtualKeys().with("ci", "budget: { usd: 1000 }");
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + keys.yaml() + """
                    store: { url: "sqlite:%2$s" }
                    providers:
                      up:
                        type: anthropic
                        base_url: "%1$s"
                        api_keys: [{ key: x }]
                        retry: { attempts: 1 }
                        breaker: { min_calls: 1000 }
                    models:
                      shown: { targets: [{ provider: up, model: open }] }
                      held: { on_stream_failure: hold, hold: { all: true }, targets: [{ provider: up, model: open }] }
                    model_info: { open: { input: 1000, output: 1000 }, whole: { input: 1000, output: 1000 } }
                    """.formatted(upstream.baseUrl(), folder.resolve("sluice.db")));
        accounts = RecordedUsage.of(sluice);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        upstream.close();
    }

    @BeforeEach
    void nothingIsOpen() {
        open.set(null);
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }

    private static void speak(HttpServerRequest request, JsonObject asked) {
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("content-type", "text/event-stream");
        response.write(BEGIN + BLOCK + WORD.repeat(WORDS));
        if (asked.getString("model").equals("whole")) {
            response.end(END);
        } else {
            response.write("").onSuccess(left -> open.set(request.connection()));
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"shown, /v1/chat/completions", "shown, /v1/messages", "held, /v1/chat/completions"})
    void aStreamWhoseClientDisconnectsIsEstimatedFromItsEvents(String route, String path) throws IOException {
        String id = "left-" + route + path.length();
        long before = spent();
        try (RawClient client = ask(route, path, id)) {
            if (route.equals("shown")) {
                client.readUntil(WORDS, "word ");
            }
            await().until(() -> open.get() != null);
        }

        estimated(id, "cancelled", before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shown", "held"})
    void cutStreamsAreEstimatedFromTheReceivedText(String route) throws IOException {
        String id = "cut-" + route;
        long before = spent();
        try (RawClient client = ask(route, "/v1/messages", id)) {
            if (route.equals("shown")) {
                client.readUntil(WORDS, "word ");
            }
            await().until(() -> open.get() != null);
            open.get().close();

            estimated(id, "failed", before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/messages", "/v1/chat/completions"})
    void completeStreamsHaveTheReportedUsage(String path) throws IOException {
        String id = "whole-" + path.length();
        try (RawClient client = ask("up/whole", path, id)) {
            client.readUntil(1, path.equals("/v1/messages") ? "message_stop" : "[DONE]");
        }

        AttemptRecord row = row(id);
        assertThat(row.costSource()).isEqualTo(CostSource.COMPUTED);
        assertThat(row.usage().promptTokens()).isEqualTo(10);
        assertThat(row.usage().completionTokens()).isEqualTo(20);
    }

    private static void estimated(String id, String outcome, long spentBefore) {
        AttemptRecord row = row(id);
        assertThat(row.outcome()).isEqualTo(outcome);
        assertThat(row.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(row.usage().promptTokens()).isEqualTo(10);
        assertThat(row.usage().completionTokens()).isBetween((long) WORDS, WORDS + 5L);
        assertThat(spent() - spentBefore).isEqualTo(row.costNanoUsd());
    }

    private static AttemptRecord row(String id) {
        await().until(() -> accounts.quota().openReservations() == 0
                && accounts.written()
                && !accounts.rows(id).isEmpty());
        List<AttemptRecord> rows = accounts.rows(id);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private static RawClient ask(String model, String path, String id) throws IOException {
        return RawClient.connect(sluice.port())
                .post(
                        path,
                        ChatClient.request(model, "Hello")
                                .put("stream", true)
                                .put("max_tokens", 500)
                                .encode(),
                        "authorization: " + keys.bearer("ci"),
                        "x-request-id: " + id);
    }

    private static long spent() {
        await().until(() -> accounts.quota().openReservations() == 0);
        return accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH);
    }
}
