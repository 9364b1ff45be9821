package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorReportsItsClientsTest {

    @RegisterExtension
    static final RunningSimulator SIMULATOR = new RunningSimulator(RunningSimulator.settings(true), 2);

    @ParameterizedTest
    @CsvSource({"fault-silent, true", "slow-1m, true", "lorem_gap-50ms, true", "slow-1m, false", "fault-stall, true"})
    void clientThatHangsUpIsNoticedAtOnce(String model, boolean stream) throws IOException {
        RawClient client = RawClient.connect(SIMULATOR.port());
        client.post(
                "/v1/chat/completions",
                ChatClient.request(model, "x").put("stream", stream).encode(),
                "x-request-id: r1");
        await().until(() -> SIMULATOR.log().requestCount() == 1);

        Instant closed = Instant.now();
        client.close();

        await().until(() -> SIMULATOR.log().abortCount() == 1);
        RequestLog.Abort abort = SIMULATOR.log().aborts().getFirst();
        assertThat(abort.requestId()).isEqualTo("r1");
        assertThat(Duration.between(closed, abort.at())).isLessThan(Duration.ofMillis(250));
        await().until(() -> SIMULATOR.log().openConnections() == 0);
    }

    @Test
    void completeResponsesAndOwnClosesAreNoAborts() throws IOException {
        for (String model :
                new String[] {"echo", "lorem", "fast", "fault-reset", "fault-cut", "fault-reset-mid", "fault-html"}) {
            try (RawClient client = RawClient.connect(SIMULATOR.port())) {
                client.post(
                                "/v1/chat/completions",
                                ChatClient.request(model, "x")
                                        .put("stream", true)
                                        .encode())
                        .read(100);
            }
        }
        await().until(() -> SIMULATOR.log().requestCount() == 7);
        assertThat(SIMULATOR.log().abortCount()).isZero();
    }

    @Test
    void requestIsKeptByteForByte() {
        String body = "{ \"model\":\"echo\",  \"n\":1.000000000000000000001, \"messages\":[] }";
        chat().post("/chat/completions", body, "X-Custom", "Yes");

        RequestLog.Request request = SIMULATOR.log().requests().getFirst();
        assertThat(request.body().toString()).isEqualTo(body);
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.headers()).containsEntry("x-custom", "Yes");
    }

    @Test
    void otherProcessesReadStatsAndResetThem() {
        chat().chat(ChatClient.request("echo", "x"));
        ChatClient root = new ChatClient("http://127.0.0.1:" + SIMULATOR.port());

        JsonObject stats = new JsonObject(root.get("/_sim/stats").body());
        assertThat(stats.getInteger("requests")).isEqualTo(1);
        assertThat(stats.getJsonArray("last_requests").getJsonObject(0).getString("body"))
                .contains("\"echo\"");
        root.post("/_sim/reset", "");
        assertThat(new JsonObject(root.get("/_sim/stats").body()).getInteger("requests"))
                .isZero();
    }

    @Test
    void gatewayModeKeepsNothingAndShowsNothing() {
        Vertx vertx = Vertx.vertx();
        SimulatorServer server = SimulatorServer.start(vertx, RunningSimulator.settings(false), "127.0.0.1", 0)
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        new ChatClient(server.baseUrl()).chat(ChatClient.request("echo", "a prompt"));

        assertThat(server.log().requestCount()).isEqualTo(1);
        assertThat(server.log().requests()).isEmpty();
        assertThat(new ChatClient("http://127.0.0.1:" + server.port())
                        .get("/_sim/stats")
                        .statusCode())
                .isEqualTo(404);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void twoSimulatorsOfOneVertxDoNotShareAPort() {
        Vertx vertx = Vertx.vertx();
        SimulatorServer one = start(vertx);
        SimulatorServer two = start(vertx);

        assertThat(one.port()).isNotEqualTo(two.port());
        one.close().toCompletionStage().toCompletableFuture().join();
        assertThat(new ChatClient(two.baseUrl())
                        .chat(ChatClient.request("echo", "x"))
                        .statusCode())
                .isEqualTo(200);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static SimulatorServer start(Vertx vertx) {
        SimulatorServer.Setup setup =
                new SimulatorServer.Setup(RunningSimulator.settings(true), "127.0.0.1", 0, 2, false, false);
        return SimulatorServer.start(vertx, setup)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static ChatClient chat() {
        return new ChatClient(SIMULATOR.baseUrl());
    }
}
