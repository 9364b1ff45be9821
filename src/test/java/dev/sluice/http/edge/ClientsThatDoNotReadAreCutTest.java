package dev.sluice.http.edge;

import static dev.sluice.testkit.FloodingClient.connect;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FloodingClient;
import dev.sluice.testkit.NothingIsLeft;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that does not read cannot make the edge keep much, and is cut after the write timeout. */
@Timeout(60)
class ClientsThatDoNotReadAreCutTest {

    private static final int WRITE_MILLIS = 1_000;
    /** The high water mark of a channel and one response above it. */
    private static final long MOST_QUEUED = 64 * 1024 + 16 * 1024;

    /** Buffers of the kernel on both ends of a connection, as they grow. */
    private static final long KERNEL_BYTES = 14L << 20;

    /** Of class files and the like that were opened meanwhile. */
    private static final long KEPT_DESCRIPTORS = 8;

    private EdgeFixture edge;
    private long descriptors;

    @BeforeEach
    void start() {
        descriptors = NothingIsLeft.descriptors();
        edge = new EdgeFixture(EdgeFixture.config(64 << 20, 10_000, 10_000, 75_000, WRITE_MILLIS, null));
    }

    /** The edge alone has no permits, rows or metrics: connections, descriptors and buffers are what it could keep. */
    @AfterEach
    void nothingIsLeft() {
        await().untilAsserted(() -> assertThat(edge.open()).as("open requests").isZero());
        edge.close();
        await().untilAsserted(() -> assertThat(NothingIsLeft.descriptors())
                .as("file descriptors")
                .isLessThanOrEqualTo(descriptors + KEPT_DESCRIPTORS));
    }

    @Test
    void pipelinedRequestsAreNotServedWhileTheirResponsesAreUnread() throws Exception {
        byte[] requests = get("/" + "x".repeat(4_000)).repeat(20).getBytes(ISO_8859_1);
        try (FloodingClient flood = new FloodingClient(connect(edge.port()), requests)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                assertThat(edge.mostQueued()).isLessThan(MOST_QUEUED);
                return flood.isCut();
            });
            assertThat(flood.sent()).isLessThan(2 * KERNEL_BYTES);
            assertOthersAreServed();
        }
        await().untilAsserted(() -> assertThat(edge.open()).isZero());
    }

    @Test
    void pipelinedRequestsWaitForTheResponseBeforeThem() throws Exception {
        try (EdgeClient first = edge.connect();
                FloodingClient flood =
                        new FloodingClient(connect(edge.port()), get("/held").getBytes(ISO_8859_1))) {
            await().until(() -> edge.routed.size() == 1);
            await().during(Duration.ofMillis(500)).until(() -> edge.routed.size() == 1);
            assertThat(flood.sent()).isLessThan(KERNEL_BYTES);
            assertThat(first.get("/one").body()).isEqualTo("/one");

            edge.release();
            await().until(() -> edge.routed.size() > 1_000);
        }
        await().untilAsserted(() -> assertThat(edge.open()).isZero());
    }

    @Test
    void manyPipelinedRequestsAreServedInOrderToAClientThatReads() throws Exception {
        int count = 5_000;
        edge.countTurns();
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String body = "body " + i;
            requests.append(
                    i % 3 == 0
                            ? get("/number/" + i)
                            : "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
        try (EdgeClient client = edge.connect()) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    client.send(requests.toString());
                } catch (IOException closed) {
                    // The assertions below say so.
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat(client.read().body()).isEqualTo(i % 3 == 0 ? "/number/" + i : "body " + i);
            }
            writer.join();
        }
        // The event loop serves other connections in between: one request of a read, one that waited, and one of both.
        assertThat(edge.mostInOneTurn()).isBetween(1, 3);
    }

    @Test
    void aResponseThatIsNotReadIsCut() throws Exception {
        try (Socket client = connect(edge.port())) {
            client.getOutputStream().write(get("/large").getBytes(ISO_8859_1));
            await().until(() -> edge.mostQueued() > 1 << 20);
            assertOthersAreServed();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(edge.open()).isZero());
        }
    }

    @Test
    void aSlowReaderIsNotCut() throws Exception {
        try (Socket client = connect(edge.port())) {
            client.getOutputStream().write(get("/large").getBytes(ISO_8859_1));
            byte[] piece = new byte[1 << 20];
            long read = 0;
            for (long step = 0; read < EdgeFixture.LARGE; read += step) {
                step = client.getInputStream()
                        .readNBytes(piece, 0, (int) Math.min(piece.length, EdgeFixture.LARGE - read));
                assertThat(step).isPositive();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    @Test
    void whatIsNotReadDoesNotHoldUpTheEndOfTheServer() throws Exception {
        edge.config.set(EdgeFixture.config(64 << 20, 10_000, 10_000, 75_000, 60_000, null));
        try (Socket client = connect(edge.port())) {
            client.getOutputStream().write(get("/large").getBytes(ISO_8859_1));
            await().until(() -> edge.mostQueued() > 1 << 20);
            long start = System.nanoTime();
            edge.close();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(10_000);
        }
    }

    @Test
    void webSocketPingsWhosePongsAreUnreadGetNoPongsWithoutEnd() throws Exception {
        try (Socket client = webSocket()) {
            try (FloodingClient flood = new FloodingClient(client, ping())) {
                await().atMost(Duration.ofSeconds(20)).until(() -> {
                    assertThat(edge.mostQueued()).isLessThan(4 * MOST_QUEUED);
                    return flood.isCut();
                });
                assertThat(flood.sent()).isLessThan(2 * KERNEL_BYTES);
            }
        }
        await().untilAsserted(() -> assertThat(edge.open()).isZero());
    }

    @Test
    void aWebSocketThatSendsTooManyPingsIsCut() throws Exception {
        try (Socket client = webSocket()) {
            for (int i = 0; i < ExchangeObserver.MAX_CONTROL_FRAMES; i++) {
                client.getOutputStream().write(ping());
                assertThat(client.getInputStream().readNBytes(2 + 125)).startsWith(0x8a, 125);
            }
            assertThat(edge.open()).isEqualTo(1);

            client.getOutputStream().write(ping());

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private Socket webSocket() throws IOException {
        Socket client = connect(edge.port());
        client.getOutputStream()
                .write(("GET /socket HTTP/1.1\r\n"
                                + "Host: a\r\n"
                                + "Connection: Upgrade\r\n"
                                + "Upgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(ISO_8859_1));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) client.getInputStream().read());
        }
        assertThat(head).startsWith("HTTP/1.1 101");
        return client;
    }

    /** Masked, with 125 bytes. */
    private static byte[] ping() {
        byte[] ping = new byte[6 + 125];
        ping[0] = (byte) 0x89;
        ping[1] = (byte) (0x80 | 125);
        return ping;
    }

    private void assertOthersAreServed() throws IOException {
        try (EdgeClient other = edge.connect()) {
            assertThat(other.get("/other").body()).isEqualTo("/other");
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
}
