package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.observe.Metrics;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each attempt is recorded once, with its cost and the source of that cost, before the client receives the end of the
 * response.
 */
class AttemptsAreEachRecordedTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static final String HOST = "127.0.0.2";
    private static final Queue<AttemptRecord> ledger = new ConcurrentLinkedQueue<>();

    private static RunningSluice sluice;
    private static SecondListener listener;

    /** Deploys a second listener whose ledger the test can read. */
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
        listener = new SecondListener(sluice, HOST, ledger::add, Metrics.off());
    }

    @AfterAll
    static void stop() {
        sluice.close();
        listener.close();
    }

    @Test
    void aCompleteResponseIsPricedFromTheModelsPrices() {
        HttpResponse<String> response = ask("up/echo", false, "one");

        AttemptRecord record = records("one").getFirst();
        assertThat(record.outcome()).isEqualTo("ok");
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.costSource()).isEqualTo(CostSource.COMPUTED);
        assertThat(record.usage().known()).isTrue();
        assertThat(record.usage().promptTokens()).isEqualTo(2);
        assertThat(record.usage().completionTokens()).isEqualTo(2);
        assertThat(record.costNanoUsd()).isEqualTo(2 * 2_000 + 2 * 8_000);
        assertThat(response.headers().firstValue("x-sluice-cost")).contains("0.00002");
        assertThat(record.firstTokenMillis()).isBetween(0L, record.durationMillis());
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
    void theLoserOfAHedgeIsRecorded() {
        ask("hedged", false, "three");

        await().atMost(Duration.ofSeconds(5)).until(() -> records("three").size() == 2);
        assertThat(records("three")).extracting(AttemptRecord::outcome).containsExactlyInAnyOrder("ok", "cancelled");
    }

    @Test
    void aStreamIsEstimatedWhenTheClientDisconnects() throws Exception {
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
        // The messages have 35 bytes, four to a token; an event every 20 ms until the disconnect was noticed.
        assertThat(record.usage().promptTokens()).isEqualTo(8);
        assertThat(record.usage().completionTokens()).isBetween(1L, record.durationMillis() / 20 + 2);
        assertThat(record.costNanoUsd()).isEqualTo(record.usage().totalTokens() * 1_000_000);
    }

    @Test
    void aTruncatedStreamIsEstimated() {
        ask("up/lorem-20_fault-cut@8", true, "cut");

        AttemptRecord record = records("cut").getFirst();
        assertThat(record.outcome()).isEqualTo("failed");
        assertThat(record.errorCode()).isEqualTo("upstream_truncated");
        assertThat(record.costSource()).isEqualTo(CostSource.ESTIMATED);
        assertThat(record.usage().completionTokens()).isBetween(5L, 11L);
    }

    @Test
    void unknownPricesAreRecordedAsUnknownNotZero() {
        HttpResponse<String> response = ask("up/fast", false, "five");

        assertThat(records("five").getFirst().costSource()).isEqualTo(CostSource.UNKNOWN);
        assertThat(records("five").getFirst().costNanoUsd()).isEqualTo(-1);
        assertThat(response.headers().firstValue("x-sluice-cost")).isEmpty();
    }

    private static HttpResponse<String> ask(String model, boolean stream, String id) {
        return listener.chat().chat(ChatClient.request(model, "Hello there").put("stream", stream), "x-request-id", id);
    }

    /** Available as soon as the client has received the end of the response. */
    private static List<AttemptRecord> records(String id) {
        return ledger.stream().filter(each -> each.requestId().equals(id)).toList();
    }
}
