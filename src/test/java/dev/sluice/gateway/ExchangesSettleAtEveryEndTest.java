package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.model.TokenEstimates;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * At every end of an exchange its reservations are released, the ledger has one row per attempt, and the cost of the
 * rows equals the amount spent.
 */
class ExchangesSettleAtEveryEndTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    @TempDir
    static Path folder;

    private static final long NANO_PER_TOKEN = 1_000_000;
    private static final List<String> PROVIDERS = List.of("up", "other", "patient", "tripped");

    private static VirtualKeys keys;
    private static String yaml;
    private static RunningSluice sluice;
    private static RecordedUsage accounts;

    @BeforeAll
    static void start() {
        String plenty = "limits: { rpm: 100000, tpm: 10000000, concurrency: 1 }, budget: { usd: 1000 }";
        keys = new VirtualKeys()
                .with("ci", "team: core, tier: gold, models: [\"*\"], " + plenty)
                .with("once", "limits: { rpm: 1 }")
                .with("broke", "budget: { usd: 0.0000001 }")
                .with("narrow", "models: [\"other/*\"], " + plenty);
        String provider = "type: openai_compatible, base_url: \"" + simulator.baseUrl()
                + "\", limits: { rpm: 100000, tpm: 10000000, concurrency: 2 }";
        yaml = """
            server:
              port: 0
              admin: { port: 0 }
              request_limits: { messages: 3 }
            store: { url: "sqlite:%2$s" }
            tiers:
              gold: { limits: { rpm: 100000 }, budget: { usd: 1000, period: day } }
            teams:
              core: { limits: { concurrency: 1 }, budget: { usd: 1000, period: lifetime } }
            providers:
              up: { %1$s, retry: { attempts: 1 }, breaker: { min_calls: 100000 } }
              other: { %1$s, retry: { attempts: 1 }, breaker: { min_calls: 100000 } }
              patient: { %1$s, retry: { attempts: 2, backoff: 1ms, max_backoff: 2ms } }
              tripped: { %1$s, retry: { attempts: 1 } }
            models:
              second: { targets: [{ provider: up, model: fault-status-500 }, { provider: other, model: lorem-5 }] }
              none: { targets: [{ provider: up, model: fault-status-500 }, { provider: other, model: fault-reset }] }
              hedge_wins:
                hedge: { after: 50ms }
                targets: [{ provider: up, model: lorem-5_slow-8s }, { provider: other, model: lorem-5 }]
              hedge_loses:
                hedge: { after: 50ms }
                targets: [{ provider: up, model: lorem-5_slow-400ms }, { provider: other, model: lorem-5_slow-8s }]
              impatient: { timeouts: { total: 300ms }, targets: [{ provider: up, model: lorem-5_slow-8s }] }
              strict: { sanitize: { block: ["forbidden"] }, targets: [{ provider: up, model: lorem-5 }] }
            model_info:
              "lorem*": { input: 1000, output: 1000 }
              "fault*": { input: 1000, output: 1000 }
              echo: { input: 1000, output: 1000 }
            """.formatted(provider, folder.resolve("sluice.db")) + keys.yaml();
        sluice = RunningSluice.start(yaml);
        accounts = RecordedUsage.of(sluice);
        AdminClient.of(sluice).http().post("/admin/v1/providers/tripped/breaker", "{\"state\":\"open\"}");
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    /** One way in which an exchange ends. */
    @FunctionalInterface
    interface Ending {
        void happens(boolean stream, String id) throws IOException;
    }

    /** A row in short: {@code ok computed}. */
    private static String row(AttemptRecord row) {
        return row.outcome() + " " + row.costSource().name().toLowerCase(java.util.Locale.ROOT);
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                        both("finishes", responses("up/lorem-5", 200), "ok computed"),
                        both("the provider fails", responses("up/fault-status-500", 502), "failed none"),
                        both("all targets fail", responses("none", 502), "failed none", "failed none"),
                        both("a fallback responds", responses("second", 200), "failed none", "ok computed"),
                        both(
                                "a retry succeeds",
                                (stream, id) -> responses("patient/lorem-5_fault-status-500_times-1_key-" + id, 200)
                                        .happens(stream, id),
                                "failed none",
                                "ok computed"),
                        both("the hedge wins", responses("hedge_wins", 200), "cancelled estimated", "ok computed"),
                        both("the hedge loses", responses("hedge_loses", 200), "ok computed", "cancelled estimated"),
                        both(
                                "the client's deadline passes",
                                ExchangesSettleAtEveryEndTest::clientsTime,
                                "failed estimated"),
                        both("the route's deadline passes", responses("impatient", 504), "failed estimated"),
                        both("the breaker is open", responses("tripped/lorem-5", 503), "failed none"),
                        both(
                                "the client disconnects within the body",
                                ExchangesSettleAtEveryEndTest::leavesWithTheBody),
                        both(
                                "the client disconnects before the response",
                                (stream, id) -> leaves("up/lorem-5_slow-8s", stream, id, 0),
                                "cancelled estimated"),
                        streamed(
                                "the client disconnects within the stream",
                                (stream, id) -> leaves("up/lorem-1000_gap-20ms", stream, id, 5),
                                "cancelled estimated"),
                        streamed(
                                "the client disconnects at the end",
                                (stream, id) -> leaves("up/lorem-5", stream, id, 6),
                                "ok computed"),
                        streamed("the stream is cut", responses("up/lorem-20_fault-cut@10", 200), "failed estimated"),
                        streamed(
                                "the client's deadline passes within the stream",
                                (stream, id) ->
                                        ask("ci", "up/lorem-1000_gap-20ms", true, id, "x-sluice-timeout", "300ms"),
                                "failed estimated"),
                        both("the configuration is reloaded", ExchangesSettleAtEveryEndTest::reloads, "ok computed"),
                        both("refused by a limit", ExchangesSettleAtEveryEndTest::aSecondInAMinute),
                        both("refused by a budget", refused("broke", "up/lorem-5", 429)),
                        both("refused by permission", refused("narrow", "up/lorem-5", 403)),
                        both("an unknown model", refused("ci", "nowhere", 404)),
                        both(
                                "blocked by a rule",
                                (stream, id) -> says(
                                        400,
                                        ChatClient.request("strict", "a forbidden word")
                                                .put("stream", stream),
                                        id)),
                        both("above a request limit", ExchangesSettleAtEveryEndTest::tooMany))
                .flatMap(each -> each);
    }

    private static Stream<Arguments> both(String name, Ending ending, String... rows) {
        return Stream.of(false, true).map(stream -> Arguments.of(name, stream, ending, List.of(rows)));
    }

    private static Stream<Arguments> streamed(String name, Ending ending, String... rows) {
        return Stream.of(Arguments.of(name, true, ending, List.of(rows)));
    }

    @ParameterizedTest(name = "{0}, streamed {1}")
    @MethodSource("endings")
    void everythingIsReleasedAndTheLedgerIsExact(String name, boolean stream, Ending ending, List<String> rows)
            throws IOException {
        String id = name.replaceAll("[^a-z]", "") + (stream ? "s" : "w");
        awaitAllReleased();
        long before = spent();

        ending.happens(stream, id);

        awaitAllReleased();
        List<AttemptRecord> ledger = accounts.rows(id);
        assertThat(ledger.stream().map(ExchangesSettleAtEveryEndTest::row)).containsExactlyElementsOf(rows);
        assertThat(ledger)
                .allSatisfy(row -> assertThat(row.usage().known())
                        .isEqualTo(
                                row.costSource() == CostSource.COMPUTED || row.costSource() == CostSource.ESTIMATED));
        assertThat(spent() - before)
                .isEqualTo(ledger.stream().mapToLong(AttemptRecord::costNanoUsd).sum());
        assertThat(accounts.quota().leaked()).isZero();
    }

    private static void awaitAllReleased() {
        soon(() -> accounts.quota().openReservations() == 0 && accounts.written());
        // Of a client that leaves within its body, only an admission is held that has begun, until Sluice notices.
        soon(() -> accounts.quota().concurrency(QuotaScope.KEY, "ci") == 0
                && accounts.quota().concurrency(QuotaScope.TEAM, "core") == 0);
        assertThat(accounts.quota().reserved()).isZero();
        for (String provider : PROVIDERS) {
            assertThat(accounts.quota().concurrency(QuotaScope.PROVIDER, provider))
                    .isZero();
            soon(() -> ObservedState.inFlight(sluice, provider) == 0);
        }
        soon(() -> ObservedState.requestsInFlight(sluice) == 0);
    }

    private static void soon(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(10))
                .until(condition);
    }

    /** The amount spent, which must be the same in all three budgets. */
    private static long spent() {
        long spent = accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH);
        assertThat(accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.DAY))
                .isEqualTo(spent);
        assertThat(accounts.quota().spent(QuotaScope.TEAM, "core", Budget.Period.LIFETIME))
                .isEqualTo(spent);
        return spent;
    }

    private static Ending responses(String model, int status) {
        return refused("ci", model, status);
    }

    private static Ending refused(String key, String model, int status) {
        return (stream, id) ->
                assertThat(ask(key, model, stream, id).statusCode()).isEqualTo(status);
    }

    private static void says(int status, JsonObject body, String id) {
        assertThat(send(body, "ci", id).statusCode()).isEqualTo(status);
    }

    private static void clientsTime(boolean stream, String id) {
        HttpResponse<String> response = ask("ci", "up/lorem-5_slow-8s", stream, id, "x-sluice-timeout", "300ms");
        assertThat(response.statusCode()).isEqualTo(504);
    }

    private static void leavesWithTheBody(boolean stream, String id) throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                    + "authorization: " + keys.bearer("ci") + "\r\nx-request-id: " + id
                    + "\r\ncontent-length: 1000\r\n\r\n{\"stream\":" + stream + ",\"model\":\"up/");
            soon(() -> ObservedState.requestsInFlight(sluice) == 1);
        }
    }

    private static void leaves(String model, boolean stream, String id, int events) throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            String body = ChatClient.request(model, "Hello there")
                    .put("stream", stream)
                    .encode();
            client.post("/v1/chat/completions", body, "authorization: " + keys.bearer("ci"), "x-request-id: " + id);
            if (events == 0) {
                soon(() -> PROVIDERS.stream().anyMatch(each -> ObservedState.inFlight(sluice, each) == 1));
                assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isOne();
                // The worst case in each of three budgets: a token per byte of the body, and the longest completion.
                assertThat(accounts.quota().reserved())
                        .isEqualTo(3 * NANO_PER_TOKEN * (body.length() + TokenEstimates.UNLIMITED_COMPLETION));
            } else {
                client.readUntil(events, "data: ");
            }
        }
    }

    private static void reloads(boolean stream, String id) {
        CompletableFuture<HttpResponse<String>> response =
                CompletableFuture.supplyAsync(() -> ask("ci", "up/lorem-5_slow-1s", stream, id));
        soon(() -> accounts.quota().concurrency(QuotaScope.KEY, "ci") == 1);
        sluice.edit(yaml.replace("models:\n", "models:\n  " + id + ": { targets: [{ provider: up, model: echo }] }\n"));
        soon(() -> sluice.main().active().current().config().models().containsKey(id));
        assertThat(response.join().statusCode()).isEqualTo(200);
    }

    /** The second request of a minute with a limit of one. */
    private static void aSecondInAMinute(boolean stream, String id) {
        ask("once", "up/lorem-5", stream, id + "-before");
        assertThat(ask("once", "up/lorem-5", stream, id).statusCode()).isEqualTo(429);
    }

    private static void tooMany(boolean stream, String id) {
        JsonArray messages = new JsonArray();
        for (int i = 0; i < 4; i++) {
            messages.add(new JsonObject().put("role", "user").put("content", "one more"));
        }
        says(400, ChatClient.request("up/lorem-5", "").put("messages", messages).put("stream", stream), id);
    }

    private static HttpResponse<String> ask(String key, String model, boolean stream, String id, String... headers) {
        return send(ChatClient.request(model, "Hello there").put("stream", stream), key, id, headers);
    }

    private static HttpResponse<String> send(JsonObject body, String key, String id, String... headers) {
        String[] all = Stream.concat(
                        Stream.of("authorization", keys.bearer(key), "x-request-id", id), Stream.of(headers))
                .toArray(String[]::new);
        return sluice.chat().chat(body, all);
    }
}
