package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.FloodingClient;
import dev.sluice.testkit.RunningSluice;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client or a provider of a realtime session that does not read is cut, and what it does not read is bounded. */
@Timeout(60)
class RealtimePeersThatDoNotReadAreCutTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    /** Buffers of the kernel on both ends of a connection, as they grow. */
    private static final long KERNEL_BYTES = 14L << 20;

    private static final long MEMORY_BYTES = 32L << 20;

    private static final byte[] PING = ping(false);

    private static final Vertx VERTX = Vertx.vertx();
    private static DeafProvider deaf;
    private static RunningSluice sluice;
    private static WebSocketClient sockets;

    @BeforeAll
    static void start() throws IOException {
        deaf = new DeafProvider();
        int echo = RunningSluice.await(VERTX.createHttpServer()
                        .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 }, timeouts: { write: 1s } }
            """ + providers(echo, "1s"));
        sockets = VERTX.createWebSocketClient(new WebSocketClientOptions().setMaxFrameSize(1 << 20));
    }

    private static String providers(int echo, String idle) {
        return """
            providers:
              up: { type: openai_compatible, base_url: "http://127.0.0.1:%1$d/v1" }
              deaf:
                type: openai_compatible
                base_url: "http://127.0.0.1:%2$d/v1"
                timeouts: { idle: %3$s }
            """.formatted(echo, deaf.server.getLocalPort(), idle);
    }

    @AfterAll
    static void stop() throws IOException {
        sluice.close();
        RunningSluice.await(VERTX.close());
        deaf.server.close();
    }

    @Test
    void aClientThatSendsPingsAndReadsNothing() throws Exception {
        try (Socket client = FloodingClient.connect(sluice.port())) {
            client.getOutputStream().write(upgrade("/v1/realtime?model=up/x").getBytes(ISO_8859_1));
            assertThat(client.getInputStream().readNBytes(12))
                    .asString(ISO_8859_1)
                    .isEqualTo("HTTP/1.1 101");
            long before = PlatformDependent.usedDirectMemory();
            try (FloodingClient flood = new FloodingClient(client, ping(true))) {
                await().atMost(SOON).until(() -> {
                    assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MEMORY_BYTES);
                    return flood.isCut();
                });
                assertThat(flood.sent()).isLessThan(2 * KERNEL_BYTES);
            }
        }
        ObservedState.awaitInFlight(sluice, "up", 0);
        assertOthersAreServed();
    }

    @Test
    void aProviderThatSendsPingsAndReadsNothing() {
        deaf.floods = true;
        long before = PlatformDependent.usedDirectMemory();
        WebSocket client = connect(sluice, "deaf/x");

        await().atMost(SOON).until(() -> {
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MEMORY_BYTES);
            return client.isClosed();
        });

        assertThat(client.closeStatusCode()).isEqualTo((short) 1011);
        ObservedState.awaitInFlight(sluice, "deaf", 0);
        assertOthersAreServed();
    }

    @Test
    void aProviderThatReadsNothingWhileTheClientSends() {
        deaf.floods = false;
        WebSocket client = connect(sluice, "deaf/x");
        sendMuch(client);

        await().atMost(SOON).until(client::isClosed);

        assertThat(client.closeStatusCode()).isEqualTo((short) 1011);
        ObservedState.awaitInFlight(sluice, "deaf", 0);
        assertOthersAreServed();
    }

    @Test
    void aClientThatLeavesItsDeafProvider() throws Exception {
        deaf.floods = false;
        // Masked by zeros.
        byte[] frame = new byte[14 + (1 << 16)];
        frame[0] = (byte) 0x82;
        frame[1] = (byte) (0x80 | 127);
        frame[7] = 0x01;
        Socket client = FloodingClient.connect(sluice.port());
        client.getOutputStream().write(upgrade("/v1/realtime?model=deaf/x").getBytes(ISO_8859_1));
        assertThat(client.getInputStream().readNBytes(12)).asString(ISO_8859_1).isEqualTo("HTTP/1.1 101");
        try (FloodingClient flood = new FloodingClient(client, frame)) {
            await().during(Duration.ofMillis(300))
                    .until(() -> flood.sent() > 0 && ObservedState.inFlight(sluice, "deaf") == 1);
        }

        ObservedState.awaitInFlight(sluice, "deaf", 0);
        await().until(() -> ObservedState.requestsInFlight(sluice) == 0);
    }

    @Test
    void aDeafProviderDoesNotHoldUpTheEndOfTheProcess() {
        deaf.floods = false;
        RunningSluice patient = RunningSluice.start("server: { port: 0, admin: { port: 0 } }\n" + providers(1, "60s"));
        WebSocket client = connect(patient, "deaf/x");
        sendMuch(client);
        await().during(Duration.ofMillis(500)).until(() -> !client.isClosed());

        long start = System.nanoTime();
        patient.close();

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(10_000);
    }

    /** More than the kernel takes. Not much more: the leak detector of the tests records each access to a frame. */
    private static void sendMuch(WebSocket client) {
        for (int i = 0; i < 80; i++) {
            client.writeBinaryMessage(Buffer.buffer(new byte[1 << 16]));
        }
    }

    private static void assertOthersAreServed() {
        WebSocket other = connect(sluice, "up/x");
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        other.textMessageHandler(heard::add);
        other.writeTextMessage("hello");
        await().until(() -> heard.contains("hello"));
        other.close();
    }

    private static WebSocket connect(RunningSluice to, String model) {
        return RunningSluice.await(sockets.connect(to.port(), "127.0.0.1", "/v1/realtime?model=" + model));
    }

    private static String upgrade(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    /** A ping with 125 bytes; masked by zeros where a client sends it. */
    private static byte[] ping(boolean masked) {
        byte[] ping = new byte[(masked ? 6 : 2) + 125];
        ping[0] = (byte) 0x89;
        ping[1] = (byte) (masked ? 0x80 | 125 : 125);
        return ping;
    }

    /** A provider that accepts each WebSocket and reads nothing more. */
    private static final class DeafProvider {

        private final ServerSocket server = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
        /** Held: one that is collected would be closed. */
        private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();
        /** Whether it sends pings without end. */
        private volatile boolean floods;

        DeafProvider() throws IOException {
            server.setReceiveBufferSize(4096);
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        Socket socket = server.accept();
                        accepted.add(socket);
                        Thread.ofPlatform().daemon().start(() -> serve(socket));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
        }

        private void serve(Socket socket) {
            try {
                StringBuilder head = new StringBuilder();
                InputStream in = socket.getInputStream();
                while (head.indexOf("\r\n\r\n") < 0) {
                    head.append((char) in.read());
                }
                String key = Arrays.stream(head.toString().split("\r\n"))
                        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:"))
                        .findFirst()
                        .orElseThrow()
                        .substring(18)
                        .strip();
                byte[] digest = MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
                socket.getOutputStream()
                        .write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                        + "Sec-WebSocket-Accept: "
                                        + Base64.getEncoder().encodeToString(digest)
                                        + "\r\n\r\n")
                                .getBytes(ISO_8859_1));
                while (floods) {
                    socket.getOutputStream().write(PING);
                }
            } catch (IOException | java.security.NoSuchAlgorithmException cut) {
                // Sluice closed the connection.
            }
        }
    }
}
