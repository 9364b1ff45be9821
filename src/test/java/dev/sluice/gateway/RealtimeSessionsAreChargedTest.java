package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A realtime session counts toward its caller's limits while it is open, and its usage is in the ledger afterwards. */
class RealtimeSessionsAreChargedTest {

    private static final String DONE =
            "{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":11," + "\"output_tokens\":5}}}";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    /** Vert.x closes the sockets of a client that is garbage. */
    private final WebSocketClient sockets = vertx.createWebSocketClient();

    private final VirtualKeys keys = new VirtualKeys()
            .with("ci", "limits: { rpm: 100, concurrency: 1 }, budget: { usd: 1 }")
            .with("once", "limits: { rpm: 1 }")
            .with("poor", "budget: { usd: 0.03, hard: true }");

    private RunningSluice sluice;
    private RecordedUsage accounts;

    @BeforeEach
    void start() {
        HttpServer upstream = RunningSluice.await(vertx.createHttpServer()
                .webSocketHandshakeHandler(handshake -> {
                    if (handshake.path().startsWith("/refusing/")) {
                        handshake.reject(503);
                    } else {
                        handshake.accept();
                    }
                })
                .webSocketHandler(socket -> socket.textMessageHandler(text -> {
                    if (text.equals("fragments")) {
                        sendInFragments(socket);
                    } else {
                        socket.writeTextMessage(
                                text.startsWith("usage:") ? DONE.replace("11", text.substring(6)) : DONE);
                    }
                }))
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 } }
            store: { url: "sqlite:%2$s" }
            providers:
              up: { type: openai_compatible, base_url: "http://127.0.0.1:%1$d/v1" }
              down: { type: openai_compatible, base_url: "http://127.0.0.1:%1$d/refusing" }
            models:
              voice: { targets: [{ provider: down, model: talk }, { provider: up, model: talk }] }
            model_info:
              talk: { input: 1000, output: 2000 }
            """.formatted(upstream.actualPort(), folder.resolve("sluice.db")) + keys.yaml());
        accounts = RecordedUsage.of(sluice);
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    private static void sendInFragments(ServerWebSocket socket) {
        int middle = DONE.indexOf("se.done");
        socket.writeFrame(WebSocketFrame.textFrame(DONE.substring(0, middle), false));
        socket.writePing(Buffer.buffer("between"));
        socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(DONE.substring(middle, middle + 20)), false));
        socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(DONE.substring(middle + 20)), true));
    }

    @Test
    void usageInFragmentsIsCharged() {
        WebSocket socket = connect("ci", "up/talk");
        var heard = new java.util.concurrent.atomic.AtomicInteger();
        socket.textMessageHandler(text -> heard.incrementAndGet());
        socket.writeTextMessage("fragments");
        socket.writeTextMessage("whole");
        await().until(() -> heard.get() == 2);

        socket.close();

        await().until(() -> accounts.written() && accounts.rowsOf("ci").size() == 1);
        assertThat(accounts.rowsOf("ci").getFirst().usage().promptTokens()).isEqualTo(22);
    }

    @Test
    void anImpossibleUsageIsEstimatedAndReported() {
        try (CapturedLog log = CapturedLog.open()) {
            WebSocket socket = connect("ci", "up/talk");
            var heard = new java.util.concurrent.atomic.AtomicInteger();
            socket.textMessageHandler(text -> heard.incrementAndGet());
            for (String tokens : List.of("-11", "1000001", "1e30")) {
                socket.writeTextMessage("usage:" + tokens);
            }
            socket.writeTextMessage("one");
            await().until(() -> heard.get() == 4);

            socket.close();

            await().until(() -> accounts.written() && accounts.rowsOf("ci").size() == 1);
            AttemptRecord row = accounts.rowsOf("ci").getFirst();
            assertThat(row.costSource()).isEqualTo(CostSource.ESTIMATED);
            // Each response is one frame of less than 300 bytes, after a session of less than 600.
            assertThat(row.usage().promptTokens()).isBetween(11L + 3, 11L + 6);
            assertThat(row.usage().completionTokens()).isEqualTo(5 + 3);
            assertThat(row.costNanoUsd()).isPositive();
            assertThat(log.lines().stream().filter(line -> line.startsWith("WARN up reported an impossible usage")))
                    .hasSize(3);
            assertThat(new ChatClient(sluice.adminUrl()).get("/metrics").body())
                    .containsPattern("sluice_usage_implausible_total\\{.*provider=\"up\".*} 3");
        }
    }

    @Test
    void aSessionHoldsAPermitWhileOpenAndWritesARowPerAttempt() {
        WebSocket socket = connect("ci", "voice");
        assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isOne();
        assertThatThrownBy(() -> connect("ci", "voice")).hasRootCauseInstanceOf(UpgradeRejectedException.class);
        HttpResponse<String> beside =
                sluice.chat().chat(ChatClient.request("up/talk", "Hello"), "authorization", keys.bearer("ci"));
        assertThat(ObservedState.error(beside.body()).getString("code")).isEqualTo("concurrency_limit_exceeded");
        var heard = new java.util.concurrent.atomic.AtomicInteger();
        socket.textMessageHandler(text -> heard.incrementAndGet());
        socket.writeTextMessage("one");
        socket.writeTextMessage("two");
        await().until(() -> heard.get() == 2);

        socket.close();

        await().until(() -> accounts.quota().openReservations() == 0
                && accounts.written()
                && accounts.rowsOf("ci").size() == 2);
        assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isZero();
        assertThat(accounts.quota().reserved()).isZero();
        List<AttemptRecord> rows = accounts.rowsOf("ci");
        assertThat(rows).extracting(AttemptRecord::outcome).containsExactly("failed", "ok");
        assertThat(rows).extracting(AttemptRecord::surface).containsOnly("realtime");
        assertThat(rows.get(0).costSource()).isEqualTo(CostSource.NONE);
        assertThat(rows.get(1).costSource()).isEqualTo(CostSource.COMPUTED);
        assertThat(rows.get(1).usage().promptTokens()).isEqualTo(22);
        assertThat(rows.get(1).costNanoUsd()).isEqualTo(22 * 1_000_000 + 10 * 2_000_000);
        assertThat(accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH))
                .isEqualTo(rows.get(1).costNanoUsd());
        JsonObject line = sluice.accessLines().getLast();
        assertThat(line.getInteger("prompt_tokens")).isEqualTo(22);
    }

    /** What it had used until then is paid for; another key's session goes on. */
    @Test
    void aSessionEndsWhenItsKeyIsRevoked() {
        JsonObject key =
                new JsonObject(admin().post("/keys", "{\"name\":\"guest\"}").body());
        WebSocket other = connect("ci", "up/talk");
        WebSocket socket = open("Bearer " + key.getString("token"), "up/talk");
        var heard = new java.util.concurrent.atomic.AtomicInteger();
        socket.textMessageHandler(text -> heard.incrementAndGet());
        socket.writeTextMessage("one");
        await().until(() -> heard.get() == 1);

        assertThat(admin().post("/keys/" + key.getString("id") + "/revoke", "{}")
                        .statusCode())
                .isEqualTo(200);

        await().until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1008);
        assertThat(socket.closeReason()).isEqualTo("key_revoked");
        await().until(() ->
                accounts.written() && accounts.rowsOf(key.getString("id")).size() == 1);
        AttemptRecord row = accounts.rowsOf(key.getString("id")).getFirst();
        assertThat(row.errorCode()).isEqualTo("key_revoked");
        assertThat(row.usage().promptTokens()).isEqualTo(11);
        other.textMessageHandler(text -> heard.incrementAndGet());
        other.writeTextMessage("still here");
        await().until(() -> heard.get() == 2);
    }

    /** A response costs 0.021 of its 0.03 USD. */
    @Test
    void aSessionEndsWhenItsBudgetIsExhausted() {
        WebSocket socket = connect("poor", "up/talk");
        socket.writeTextMessage("one");
        await().until(() -> accounts.quota().spent(QuotaScope.KEY, "poor", Budget.Period.MONTH) == 21_000_000);
        assertThat(socket.isClosed()).isFalse();

        socket.writeTextMessage("two");

        await().until(socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 1008);
        assertThat(socket.closeReason()).isEqualTo("budget_exceeded");
        await().until(() -> accounts.quota().openReservations() == 0
                && accounts.written()
                && accounts.rowsOf("poor").size() == 1);
        assertThat(accounts.rowsOf("poor").getFirst().costNanoUsd()).isEqualTo(42_000_000);
        assertThat(accounts.quota().spent(QuotaScope.KEY, "poor", Budget.Period.MONTH))
                .isEqualTo(42_000_000);
    }

    @Test
    void aSessionIsOneRequestOfTheMinute() {
        connect("once", "up/talk").close();

        assertThatThrownBy(() -> connect("once", "up/talk")).rootCause().satisfies(refused -> {
            UpgradeRejectedException rejected = (UpgradeRejectedException) refused;
            assertThat(rejected.getStatus()).isEqualTo(429);
            assertThat(rejected.getHeaders().get("x-ratelimit-limit-requests")).isEqualTo("1");
            assertThat(rejected.getHeaders().get("retry-after")).isNotNull();
        });
    }

    /** Counting tokens in Sluice is one request without a ledger row: no provider was called, and nothing was used. */
    @Test
    void countingTokensLocallyWritesNoRow() {
        String body = ChatClient.request("up/talk", "Hello there").encode();
        assertThat(count(body, "ci").statusCode()).isEqualTo(200);
        assertThat(count(body, "once").statusCode()).isEqualTo(200);

        assertThat(count(body, "once").statusCode()).isEqualTo(429);

        await().until(() -> accounts.quota().openReservations() == 0 && accounts.written());
        assertThat(accounts.rowsOf("ci")).isEmpty();
        assertThat(accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH))
                .isZero();
    }

    private HttpResponse<String> count(String body, String key) {
        return sluice.chat().post("/messages/count_tokens", body, "x-api-key", keys.token(key));
    }

    private ChatClient admin() {
        return new ChatClient(sluice.adminUrl() + "/admin/v1");
    }

    private WebSocket connect(String key, String model) {
        return open(keys.bearer(key), model);
    }

    private WebSocket open(String bearer, String model) {
        return RunningSluice.await(sockets.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(sluice.port())
                .setURI("/v1/realtime?model=" + model)
                .addHeader("authorization", bearer)));
    }
}
