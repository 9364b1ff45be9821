package dev.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.process.SluiceProcess.Ended;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM: new work is refused at once, running work ends within the drain, the rest is told, and nothing is lost from
 * the log.
 */
class ShutdownDrainsIT {

    private static final int STREAMS = 200;

    @TempDir
    Path folder;

    @Test
    void twoHundredStreamsShorterThanTheDrainAreNotCut() throws Exception {
        try (SluiceProcess sluice = serve("30s", "steerable: true");
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            // Given that many streams of four seconds
            List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, STREAMS)
                    .mapToObj(n -> http.sendAsync(
                            stream(sluice, "sim/lorem-40_gap-100ms"), HttpResponse.BodyHandlers.ofString()))
                    .toList();
            await().atMost(20, TimeUnit.SECONDS).until(() -> running(sluice) == STREAMS);

            // When
            sluice.terminate();

            // Then
            await().until(() -> get(sluice.adminUrl() + "/readyz").statusCode() == 503);
            try (RawClient newcomer = RawClient.connect(sluice.port())) {
                RawClient.Received refused = newcomer.post(
                                "/v1/chat/completions", ask("sim/echo").encode())
                        .read(10_000);
                assertThat(refused.text())
                        .startsWith("HTTP/1.1 503 ")
                        .containsIgnoringCase("connection: close")
                        .contains("draining");
                assertThat(refused.end()).isEqualTo(RawClient.End.CLOSED);
            }
            sluice.terminate(); // a second time harms nobody

            for (CompletableFuture<HttpResponse<String>> response : responses) {
                HttpResponse<String> whole = response.get(30, TimeUnit.SECONDS);
                assertThat(whole.statusCode()).isEqualTo(200);
                assertThat(whole.body()).endsWith("data: [DONE]\n\n");
            }
            Ended ended = sluice.end();
            assertThat(ended.exit()).isZero();
            assertThat(ended.err()).isEmpty();
            List<JsonObject> lines = completions(ended);
            assertThat(lines.stream().filter(line -> line.getInteger("status") == 200))
                    .hasSize(STREAMS)
                    .allSatisfy(line -> assertThat(line.getString("outcome")).isEqualTo("ok"));
            assertThat(lines.stream().filter(line -> line.getInteger("status") == 503))
                    .hasSize(1);
        }
    }

    @Test
    void requestsLongerThanTheDrainGetAnError() throws Exception {
        try (SluiceProcess sluice = serve("1s", "steerable: true");
                RawClient streaming = RawClient.connect(sluice.port());
                RawClient waiting = RawClient.connect(sluice.port());
                RawClient sending = RawClient.connect(sluice.port())) {
            // Given one in its stream, one waiting for a response that is not streamed, one still sending its body
            streaming.post(
                    "/v1/chat/completions",
                    ask("sim/lorem-600_gap-100ms").put("stream", true).encode());
            waiting.post("/v1/chat/completions", ask("sim/lorem-600_gap-100ms").encode());
            sending.send("POST /v1/chat/completions HTTP/1.1\r\n"
                    + "host: localhost\r\n"
                    + "content-type: application/json\r\n"
                    + "content-length: 900\r\n\r\n"
                    + "{");
            await().until(() -> running(sluice) == 3);

            sluice.terminate();

            RawClient.Received cut = streaming.read(20_000);
            assertThat(cut.text())
                    .contains("\"error\"", "draining", "\r\n0\r\n\r\n")
                    .doesNotContain("[DONE]");
            assertThat(cut.end()).isEqualTo(RawClient.End.CLOSED);
            for (RawClient each : List.of(waiting, sending)) {
                assertThat(each.read(20_000).text())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("draining")
                        .containsIgnoringCase("connection: close");
            }
            Ended ended = sluice.end();
            assertThat(ended.exit()).isZero();
            assertThat(completions(ended))
                    .as(ended.out())
                    .hasSize(3)
                    .allSatisfy(
                            line -> assertThat(line.getString("cancel_cause")).isEqualTo("drain"));
        }
    }

    /** For Sluice a response has ended when its last byte is queued; a slow reader receives it much later. */
    @Test
    void aResponseOnItsWayToASlowReaderArrivesComplete() throws Exception {
        try (SluiceProcess sluice = serve("30s", "steerable: true");
                RawClient slow = RawClient.connect(sluice.port(), 16 * 1024)) {
            slow.post("/v1/chat/completions", ask("sim/lorem-16_bytes-500000").encode());
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> !sluice.accessLines().isEmpty());

            sluice.terminate();
            await().until(() -> sluice.out().contains("stopping"));
            RawClient.Received received = slow.readSlowly(64 * 1024, Duration.ofMillis(4), 20_000);

            assertThat(received.body().length()).isEqualTo(contentLength(received));
            assertThat(sluice.end().exit()).isZero();
        }
    }

    @Test
    void anIdleOneStopsAtOnce() throws Exception {
        try (SluiceProcess sluice = serve("30s", "steerable: false");
                RawClient idle = RawClient.connect(sluice.port())) {
            assertThat(sluice.chat().get("/models").statusCode()).isEqualTo(200);
            long before = System.nanoTime();

            sluice.terminate();
            Ended ended = sluice.end();

            assertThat(ended.exit()).isZero();
            assertThat(System.nanoTime() - before).as(ended.out()).isLessThan(8_000_000_000L);
            assertThat(SluiceProcess.accessLines(ended.out())).hasSize(1);
            assertThat(ended.out()).contains("stopped").doesNotContain("but not cleanly");
        }
    }

    private SluiceProcess serve(String drain, String simulator) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
            server: { port: 0, admin: { port: 0 }, drain: %s }
            store: { url: "sqlite:%s" }
            providers: { sim: { type: simulator, %s } }
            """.formatted(
                        drain, folder.resolve("data").resolve("sluice.db"), simulator));
        return SluiceProcess.serve(Map.of(), file);
    }

    private static JsonObject ask(String model) {
        return ChatClient.request(model, "go on");
    }

    private static HttpRequest stream(SluiceProcess sluice, String model) {
        return HttpRequest.newBuilder(URI.create(sluice.url() + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        ask(model).put("stream", true).encode()))
                .build();
    }

    private static List<JsonObject> completions(Ended ended) {
        List<JsonObject> lines = new ArrayList<>(SluiceProcess.accessLines(ended.out()));
        lines.removeIf(line -> !"/v1/chat/completions".equals(line.getString("path")));
        return lines;
    }

    /** How many exchanges are open, by the gauge. */
    private static int running(SluiceProcess sluice) {
        return get(sluice.adminUrl() + "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_in_flight "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static HttpResponse<String> get(String url) {
        return new ChatClient("").get(url);
    }

    private static int contentLength(RawClient.Received received) {
        return received.text()
                .lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: "))
                .mapToInt(line -> Integer.parseInt(line.substring(16).strip()))
                .findFirst()
                .orElseThrow();
    }
}
