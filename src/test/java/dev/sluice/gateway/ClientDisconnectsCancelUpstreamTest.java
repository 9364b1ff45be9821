package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.RequestLog;
import dev.sluice.stream.WorkerPool;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that disconnects, in any phase, cancels the upstream request at once; nothing remains open, and the next
 * request works.
 */
class ClientDisconnectsCancelUpstreamTest {

    /**
     * 250 ms are promised; four times that on a loaded machine. Every timeout that could end the request instead is 30
     * s away.
     */
    private static final Duration PROMPTLY = Duration.ofSeconds(1);

    /** At least the threads of the pool that reads large bodies. */
    private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    /** Accepts connections and reads nothing from them. */
    private static ServerSocket deaf;

    private static RunningSluice sluice;

    @BeforeAll
    static void start() throws IOException {
        deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: { type: openai_compatible, base_url: "%s", pool: { max_connections: 1, max_queue: 4 } }
              deaf: { type: openai_compatible, base_url: "http://127.0.0.1:%d/v1" }
            """.formatted(simulator.baseUrl(), deaf.getLocalPort()));
    }

    @AfterAll
    static void stop() throws IOException {
        sluice.close();
        deaf.close();
    }

    /** On the only connection the pool may have: a place that leaked or a connection reused by mistake would show. */
    @AfterEach
    void theNextRequestWorks() {
        ObservedState.awaitInFlight(sluice, "up", 0);
        for (int i = 0; i < 3; i++) {
            var response = sluice.chat()
                    .chat(ChatClient.request("up/echo", "still well").put("stream", i == 1));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("well");
        }
    }

    @Test
    void beforeTheHeadIsComplete() throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-le");
        }

        assertThat(simulator.log().requestCount()).isZero();
    }

    @Test
    void whileTheBodyIsUnfinished() throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                    + "x-request-id: unfinished\r\ncontent-length: 1000\r\n\r\n{\"model\":\"up/");
            await().until(() -> ObservedState.requestsInFlight(sluice) == 1);
        }

        assertGivenUp("unfinished", 0);
        assertThat(simulator.log().requestCount()).isZero();
    }

    /** A large body is read on a worker; who has left by then is not asked for upstream. */
    @Test
    void whileALargeBodyIsRead() throws IOException {
        CountDownLatch busy = new CountDownLatch(1);
        for (int i = 0; i < WORKERS; i++) {
            WorkerPool.of(sluice.vertx(), WorkerPool.Purpose.BODIES).run(() -> busy.await(20, TimeUnit.SECONDS));
        }
        try {
            // The end of the connection comes behind the last byte: the body is whole by the time the client is gone.
            RawClient.connect(sluice.port())
                    .post(
                            "/v1/chat/completions",
                            ChatClient.request("up/echo", "x".repeat(2 << 20)).encode(),
                            "x-request-id: large")
                    .close();
            assertGivenUp("large", 0);
        } finally {
            busy.countDown();
        }

        assertThat(sluice.chat()
                        .chat(ChatClient.request("up/echo", "y".repeat(2 << 20)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lorem_head-30s", "lorem_slow-30s", "lorem_fault-silent", "lorem_fault-headers-then-stall"})
    void beforeTheFirstToken(String model) throws IOException {
        JsonObject ask = ChatClient.request("up/" + model, "Hello").put("stream", true);

        assertAborted("first-" + model, ask, 0);
    }

    @Test
    void midStream() throws IOException {
        JsonObject ask = ChatClient.request("up/lorem-10000_gap-5ms", "Hello").put("stream", true);

        assertAborted("mid", ask, 5);
    }

    @Test
    void inAStreamThatHasStalled() throws IOException {
        JsonObject ask =
                ChatClient.request("up/lorem-60_fault-stall@10", "Hello").put("stream", true);

        assertAborted("stalled", ask, 11);
    }

    @Test
    void withoutReadingWhatItWasSent() throws IOException {
        JsonObject ask =
                ChatClient.request("up/lorem-20000_bytes-4096", "Hello").put("stream", true);
        Instant left;
        try (RawClient client = RawClient.connect(sluice.port(), 8192)) {
            client.post("/v1/chat/completions", ask.encode(), "x-request-id: unread");
            await().until(() -> simulator.log().pauseCount() > 0);
            left = Instant.now();
        }

        assertAbortedSince(left, "unread");
    }

    @Test
    void whileAWholeResponseIsPending() throws IOException {
        assertAborted("whole", ChatClient.request("up/lorem_slow-30s", "Hello"), 0);
    }

    @Test
    void whileAWholeResponseIsHalfReceived() throws IOException {
        assertAborted("half", ChatClient.request("up/lorem_fault-stall", "Hello"), 0);
    }

    /** The connection ends although the provider has not taken what was written: it would keep its place for ever. */
    @Test
    void whileTheProviderDoesNotTakeTheRequest() throws IOException {
        int size = 16 << 20;
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.post(
                    "/v1/chat/completions",
                    ChatClient.request("deaf/any", "x".repeat(size)).encode(),
                    "x-request-id: deaf");
            ObservedState.awaitInFlight(sluice, "deaf", 1);
        }
        assertGivenUp("deaf", 1);

        try (Socket connection = deaf.accept()) {
            connection.setSoTimeout(10_000);
            assertThat(readToTheEnd(connection)).isLessThan(size);
        }
    }

    /** A disconnected client leaves the queue, and no request is sent for it. */
    @Test
    void whileWaitingForAConnection() throws IOException {
        try (RawClient first = RawClient.connect(sluice.port())) {
            first.post(
                    "/v1/chat/completions",
                    ChatClient.request("up/lorem_slow-30s", "Hello").encode(),
                    "x-request-id: queue-1");
            await().until(() -> simulator.log().requestCount() == 1);
            try (RawClient second = RawClient.connect(sluice.port())) {
                second.post(
                        "/v1/chat/completions",
                        ChatClient.request("up/echo", "Hello").encode(),
                        "x-request-id: queue-2");
                ObservedState.awaitInFlight(sluice, "up", 2);
            }
            assertGivenUp("queue-2", 1);
            ObservedState.awaitInFlight(sluice, "up", 1);
        }
        assertGivenUp("queue-1", 1);

        ObservedState.awaitInFlight(sluice, "up", 0);
        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    private static long readToTheEnd(Socket connection) {
        long length = 0;
        byte[] chunk = new byte[64 * 1024];
        try {
            for (int read = 0; read >= 0; read = connection.getInputStream().read(chunk)) {
                length += read;
            }
            return length;
        } catch (SocketTimeoutException stillOpen) {
            throw new AssertionError("the connection is still open", stillOpen);
        } catch (IOException reset) {
            return length;
        }
    }

    private static void assertAborted(String id, JsonObject ask, int events) throws IOException {
        Instant left;
        try (RawClient client = RawClient.connect(sluice.port())) {
            client.post("/v1/chat/completions", ask.encode(), "x-request-id: " + id);
            await().until(() -> simulator.log().requestCount() == 1);
            client.readUntil(events, "data: ");
            left = Instant.now();
        }
        assertAbortedSince(left, id);
    }

    private static void assertAbortedSince(Instant left, String id) {
        await().atMost(Duration.ofSeconds(10)).until(() -> simulator.log().abortCount() == 1);
        RequestLog.Abort abort = simulator.log().aborts().get(0);
        assertThat(abort.requestId()).isEqualTo(id);
        assertThat(Duration.between(left, abort.at())).isLessThan(PROMPTLY);
        assertGivenUp(id, 1);
    }

    private static void assertGivenUp(String id, int attempts) {
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("cancelled");
        assertThat(line.getString("cancel_cause")).isEqualTo("client_gone");
        assertThat(line.getInteger("attempts")).isEqualTo(attempts);
    }
}
