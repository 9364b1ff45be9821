package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The access log has exactly one line per request, whatever its outcome, and the metrics have the same counts. */
class AccessLogHasOneLinePerRequestTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final int ROUNDS = 12;

    @RegisterExtension
    static final RunningSimulator upstream = RunningSimulator.steerable();

    /** A request, what its client does after it is sent, and the outcome its line must tell. */
    private enum Kind {
        WHOLE("{M:up/lorem-20}", "ok"),
        STREAMED("{M:up/lorem-20,S}", "ok"),
        RETRIED("{M:second}", "ok"),
        CUT("{M:up/lorem-20_fault-cut@10,S}", "failed"),
        REFUSED_UPSTREAM("{M:up/fault-status-503}", "failed"),
        RESET_UPSTREAM("{M:up/fault-reset}", "failed"),
        UNKNOWN_MODEL("{M:nope}", "failed"),
        MALFORMED("{\"model\"", "failed"),
        GONE_BEFORE_THE_HEAD("{M:up/fault-silent}", "cancelled"),
        GONE_BEFORE_THE_FIRST_TOKEN("{M:up/slow-60s,S}", "cancelled"),
        GONE_MIDWAY("{M:up/lorem-9000_gap-20ms,S}", "cancelled"),
        GONE_WHILE_RETRYING("{M:silent-second}", "cancelled"),
        GONE_WHILE_A_LARGE_BODY_IS_SCANNED("{M:up/fault-silent,L}", "cancelled"),
        GONE_WHILE_SENDING("", null),
        REFUSED_AT_THE_EDGE("", "failed");

        private final String body;
        private final String outcome;

        Kind(String body, String outcome) {
            this.body = body;
            this.outcome = outcome;
        }

        String json() {
            if (!body.startsWith("{M:")) {
                return body;
            }
            String[] parts = body.substring(3, body.length() - 1).split(",");
            boolean stream = parts.length > 1 && parts[1].equals("S");
            boolean large = parts.length > 1 && parts[1].equals("L");
            return ChatClient.request(parts[0], large ? "x".repeat(2_000_000) : "go on")
                    .put("stream", stream)
                    .encode();
        }
    }

    @Test
    void everyOutcomeWritesOneLine() throws IOException {
        try (RunningSluice sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: { type: openai_compatible, base_url: "%s", breaker: { min_calls: 100000 } }
            models:
              second:
                targets: [{ provider: up, model: fault-status-503 }, { provider: up, model: echo }]
              silent-second:
                targets: [{ provider: up, model: fault-status-503 }, { provider: up, model: fault-silent }]
            """.formatted(upstream.baseUrl()))) {
            List<RawClient> clients = new ArrayList<>();
            // When all kinds come at once, a dozen times over
            for (int round = 0; round < ROUNDS; round++) {
                for (Kind kind : Kind.values()) {
                    clients.add(send(sluice, kind, round));
                }
            }
            finish(sluice, clients);

            // Then
            int all = ROUNDS * Kind.values().length;
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(sluice.accessLines().size()).isGreaterThanOrEqualTo(all));
            assertThat(counted(sluice)).isEqualTo(all);
            Map<String, Long> lines = sluice.accessLines().stream()
                    .collect(Collectors.groupingBy(line -> line.getString("request_id"), Collectors.counting()));
            assertThat(lines)
                    .hasSize(all)
                    .allSatisfy((id, count) -> assertThat(count).as(id).isEqualTo(1));
            Map<String, JsonObject> byId = sluice.accessLines().stream()
                    .collect(Collectors.toMap(line -> line.getString("request_id"), Function.identity()));
            for (Kind kind : Kind.values()) {
                if (kind.outcome != null) {
                    for (int round = 0; round < ROUNDS; round++) {
                        assertThat(byId.get(kind + "-" + round).getString("outcome"))
                                .as(kind + "")
                                .isEqualTo(kind.outcome);
                    }
                }
            }
            await().untilAsserted(
                            () -> assertThat(upstream.log().openConnections()).isLessThanOrEqualTo(256));
            await().until(() ->
                    new ChatClient(sluice.adminUrl()).get("/metrics").body().contains("sluice_in_flight 0.0\n"));
        }
    }

    /** A large body is scanned by a worker; here the workers are kept busy until its client has gone. */
    @Test
    void clientsThatDisconnectDuringBodyScanAreNotServed() throws IOException {
        CountDownLatch busy = new CountDownLatch(1);
        try (RunningSluice sluice = RunningSluice.start(RunningSluice.EPHEMERAL
                + "providers: { up: { type: openai_compatible, base_url: \"%s\" } }".formatted(upstream.baseUrl()))) {
            for (int worker = 0; worker < VertxOptions.DEFAULT_WORKER_POOL_SIZE; worker++) {
                sluice.vertx().executeBlocking(() -> busy.await(30, TimeUnit.SECONDS), false);
            }
            try (RawClient client = RawClient.connect(sluice.port())) {
                client.post(
                        CHAT,
                        ChatClient.request("up/echo", "x".repeat(2_000_000)).encode());
            }
            await().until(() -> sluice.accessLines().size() == 1);

            busy.countDown();

            // Then a later large body, scanned after it, is served, and it alone
            assertThat(sluice.chat()
                            .chat(ChatClient.request("up/echo", "y".repeat(2_000_000)))
                            .statusCode())
                    .isEqualTo(200);
            await().until(() -> sluice.accessLines().size() >= 2);
            assertThat(upstream.log().requests())
                    .singleElement()
                    .satisfies(seen -> assertThat(seen.body().toString()).contains("yyy"));
            assertThat(sluice.accessLines()).hasSize(2);
            assertThat(sluice.accessLines().get(0).getInteger("status")).isEqualTo(499);
        }
    }

    private static RawClient send(RunningSluice sluice, Kind kind, int round) throws IOException {
        RawClient client = RawClient.connect(sluice.port());
        String id = "x-request-id: " + kind + "-" + round;
        switch (kind) {
            case REFUSED_AT_THE_EDGE -> client.send("GET /v1/../x HTTP/1.1\r\nhost: localhost\r\n" + id + "\r\n\r\n");
            case GONE_WHILE_SENDING ->
                client.send("POST " + CHAT + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n" + id
                        + "\r\ncontent-length: 500\r\n\r\n{");
            case GONE_WHILE_A_LARGE_BODY_IS_SCANNED -> {
                client.post(CHAT, kind.json(), id);
                client.close();
            }
            default -> client.post(CHAT, kind.json(), id);
        }
        return client;
    }

    /** Lets those go that must go midway once each has come as far as its name says, and the others end. */
    private static void finish(RunningSluice sluice, List<RawClient> clients) throws IOException {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> upstream.log().requests().stream()
                                .filter(seen -> seen.body().toString().contains("fault-silent"))
                                .count()
                        >= 2L * ROUNDS);
        int at = 0;
        for (RawClient client : clients) {
            Kind kind = Kind.values()[at++ % Kind.values().length];
            if (kind == Kind.GONE_MIDWAY) {
                client.read(20_000, "\n\n\r\n"); // an event, and the end of its chunk
            } else if (!kind.name().startsWith("GONE")) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> sluice.accessText().contains('"' + kind.name() + "-"));
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> sluice.accessLines().size() >= ROUNDS * 9);
        for (RawClient client : clients) {
            client.close();
        }
    }

    /** Ended exchanges by the counter. */
    private static long counted(RunningSluice sluice) {
        return new ChatClient(sluice.adminUrl())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_requests_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
