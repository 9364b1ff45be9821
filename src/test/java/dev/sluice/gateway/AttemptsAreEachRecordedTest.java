package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.auth.GatewayAuthentication;
import dev.sluice.auth.jwt.JwksCache;
import dev.sluice.auth.jwt.JwtProvider;
import dev.sluice.auth.keys.KeyRing;
import dev.sluice.auth.keys.StoredKeys;
import dev.sluice.config.ServerConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.http.HttpVerticle;
import dev.sluice.http.exchange.GatewayServices;
import dev.sluice.http.exchange.Lifecycle;
import dev.sluice.http.exchange.RetryBudgets;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Readiness;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.stream.FairBudget;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One record for each attempt, with what it cost and how sure that is, before the client sees the answer's end. */
class AttemptsAreEachRecordedTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static final String HOST = "127.0.0.2";
    private static final Queue<AttemptRecord> ledger = new ConcurrentLinkedQueue<>();

    private static RunningSluice sluice;
    private static AccessLog log;
    private static HttpVerticle listener;

    /** Beside the gateway's own listener one whose ledger is at hand. */
    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: &up
                type: openai_compatible
                base_url: "%s"
                breaker: { min_calls: 100000 }
                retry: { attempts: 1 }
              other: *up
            models:
              second: { targets: [{ provider: up, model: fault-status-500 }, { provider: other, model: echo }] }
              hedged:
                hedge: { after: 50ms }
                targets: [{ provider: up, model: lorem-5_slow-8s }, { provider: other, model: echo }]
            model_info:
              echo: { input: 2, output: 8 }
              "lorem*": { input: 1000, output: 1000 }
            """.formatted(simulator.baseUrl()));
        log = AccessLog.to(
                new ByteArrayOutputStream(),
                () -> sluice.main().active().current().config().log());
        listener = new HttpVerticle(
                elsewhere(),
                new GatewayServices(
                        sluice.main().active(),
                        authentication(),
                        new Quota(QuotaClock.system(), alert -> {}),
                        ledger::add,
                        new RetryBudgets(),
                        new Lifecycle(),
                        new FairBudget(1 << 30),
                        () -> new Readiness(true, List.of()),
                        Metrics.off(),
                        log));
        RunningSluice.await(sluice.vertx().deployVerticle(listener));
    }

    private static GatewayAuthentication authentication() {
        Supplier<SluiceConfig> config = () -> sluice.main().active().current().config();
        return new GatewayAuthentication(
                new KeyRing(config, () -> StoredKeys.NONE, System::currentTimeMillis),
                new JwtProvider(
                        config, new JwksCache(sluice.vertx(), config, System::nanoTime), System::currentTimeMillis));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        log.close();
    }

    @Test
    void aWholeAnswerIsPricedFromTheTableAndSaysSo() {
        HttpResponse<String> answer = ask("up/echo", false, "one");

        AttemptRecord record = records("one").getFirst();
        assertThat(record.outcome()).isEqualTo("ok");
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.costSource()).isEqualTo(CostSource.COMPUTED);
        assertThat(record.usage().known()).isTrue();
        long nano = record.usage().promptTokens() * 2_000 + record.usage().completionTokens() * 8_000;
        assertThat(record.costNanoUsd()).isEqualTo(nano).isPositive();
        assertThat(answer.headers().firstValue("x-sluice-cost").orElseThrow())
                .isEqualTo(java.math.BigDecimal.valueOf(nano, 9)
                        .stripTrailingZeros()
                        .toPlainString());
        assertThat(record.firstTokenMillis()).isNotNegative();
    }

    @Test
    void failedAttemptsAreRecordedWithoutCost() {
        ask("second", true, "two");

        List<AttemptRecord> records = records("two");
        assertThat(records).extracting(AttemptRecord::attempt).containsExactly(1, 2);
        assertThat(records).extracting(AttemptRecord::outcome).containsExactly("failed", "ok");
        assertThat(records.get(0).costSource()).isEqualTo(CostSource.NONE);
        assertThat(records.get(0).costNanoUsd()).isZero();
        assertThat(records.get(0).errorCode()).isEqualTo("upstream_failed");
        assertThat(records.get(0).firstTokenMillis()).isEqualTo(-1);
        assertThat(records.get(1).costSource()).isEqualTo(CostSource.COMPUTED);
        assertThat(records.get(1).route()).isEqualTo("second");
    }

    @Test
    void theLoserOfAHedgeIsSettledToo() {
        ask("hedged", false, "three");

        await().atMost(Duration.ofSeconds(5)).until(() -> records("three").size() == 2);
        assertThat(records("three")).extracting(AttemptRecord::outcome).containsExactlyInAnyOrder("ok", "cancelled");
    }

    @Test
    void aStreamThatItsClientLeftIsEstimated() throws Exception {
        String body = ChatClient.request("up/lorem-500_gap-20ms", "Hello")
                .put("stream", true)
                .encode();
        Socket client = new Socket(HOST, listener.port());
        String head = "POST /v1/chat/completions HTTP/1.1\r\nhost: " + HOST + "\r\nx-request-id: four\r\n"
                + "content-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n";
        client.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
        BufferedReader heard =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        while (!heard.readLine().startsWith("data: ")) {
            // the head
        }
        client.close();

        await().atMost(Duration.ofSeconds(5)).until(() -> records("four").size() == 1);
        AttemptRecord record = records("four").getFirst();
        assertThat(record.outcome()).isEqualTo("cancelled");
        assertThat(record.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(record.costNanoUsd()).isPositive();
    }

    @Test
    void aStreamThatIsCutIsEstimatedToo() {
        ask("up/lorem-20_fault-cut@8", true, "cut");

        AttemptRecord record = records("cut").getFirst();
        assertThat(record.outcome()).isEqualTo("failed");
        assertThat(record.errorCode()).isEqualTo("upstream_truncated");
        assertThat(record.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(record.usage().completionTokens()).isBetween(5L, 11L);
    }

    @Test
    void unknownPricesAreRecordedAsUnknownNotZero() {
        HttpResponse<String> answer = ask("up/fast", false, "five");

        assertThat(records("five").getFirst().costSource()).isEqualTo(CostSource.UNKNOWN);
        assertThat(records("five").getFirst().costNanoUsd()).isEqualTo(-1);
        assertThat(answer.headers().firstValue("x-sluice-cost")).isEmpty();
    }

    /** Another address than the gateway's own: one Vert.x shares a listener among those of one address. */
    private static ServerConfig elsewhere() {
        LoadedConfig loaded = ConfigLoader.parse(
                "server: { host: " + HOST + ", port: 0 }\nproviders: { any: { type: simulator } }",
                "listener.yaml",
                name -> null,
                Path.of("."));
        return ((LoadedConfig.Ok) loaded).config().server();
    }

    private static HttpResponse<String> ask(String model, boolean stream, String id) {
        return new ChatClient("http://" + HOST + ":" + listener.port() + "/v1")
                .chat(ChatClient.request(model, "Hello there").put("stream", stream), "x-request-id", id);
    }

    /** The client has seen the end, so they are there. */
    private static List<AttemptRecord> records(String id) {
        return ledger.stream().filter(each -> each.requestId().equals(id)).toList();
    }
}
