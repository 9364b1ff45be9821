package dev.sluice.http.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.binding.Secret;
import dev.sluice.config.ServerConfig.TlsConfig;
import dev.sluice.testkit.SelfSigned;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same over HTTP/2, where a client may also withhold the window of a stream, or say nothing after its handshake.
 */
@Timeout(60)
class Http2ClientsThatDoNotReadAreCutTest {

    private static final int HEADER_MILLIS = 1_000;
    private static final int WRITE_MILLIS = 1_000;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_HEADERS_AND_STREAM = 5;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int LARGEST_WINDOW = Integer.MAX_VALUE;

    private static SelfSigned certificate;
    private static EdgeFixture edge;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        certificate = SelfSigned.in(folder);
        TlsConfig tls = new TlsConfig(
                new Secret(Files.readString(certificate.cert())),
                new Secret(Files.readString(certificate.key())),
                null);
        edge = new EdgeFixture(EdgeFixture.config(1 << 20, HEADER_MILLIS, 10_000, 75_000, WRITE_MILLIS, tls));
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    void aHandshakeWithoutPrefaceIsClosed() throws Exception {
        try (SSLSocket silent = connect(0)) {
            assertThat(millisToClose(silent)).isBetween(HEADER_MILLIS - 100L, HEADER_MILLIS + 3_000L);
        }
    }

    @Test
    void aPrefaceByteByByteIsClosed() throws Exception {
        try (SSLSocket slow = connect(0)) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (byte each : PREFACE) {
                        slow.getOutputStream().write(each);
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                    }
                } catch (IOException closed) {
                    // As the assertion says.
                }
            });
            assertThat(millisToClose(slow)).isBetween(HEADER_MILLIS - 100L, HEADER_MILLIS + 3_000L);
        }
    }

    @Test
    void aConnectionThatIsUsedOutlivesTheTimeForItsPreface() throws Exception {
        try (SSLSocket client = connect(0)) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            open(client, 65_535);
            get(client, 1, "/one");
            awaitFrame(in, HEADERS, 1);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(HEADER_MILLIS + 1_000L));
            get(client, 3, "/two");
            awaitFrame(in, HEADERS, 3);
        }
    }

    @Test
    void aStreamWithoutWindowIsResetAndTheOthersAreServed() throws Exception {
        try (SSLSocket client = connect(0)) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            open(client, 0);
            get(client, 1, "/large");
            long start = System.nanoTime();
            ByteBuffer reset = awaitFrame(in, RST_STREAM, 1);
            assertThat(reset.getInt()).isEqualTo(CANCEL);
            assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(WRITE_MILLIS - 100L);

            get(client, 3, "/three");
            awaitFrame(in, HEADERS, 3);
            frame(
                    client.getOutputStream(),
                    WINDOW_UPDATE,
                    0,
                    3,
                    ByteBuffer.allocate(4).putInt(1_000).array());
            awaitFrame(in, 0, 3);
        }
    }

    @Test
    void aStreamWhoseWindowGrowsSlowlyIsNotReset() throws Exception {
        try (SSLSocket client = connect(0)) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            open(client, 0);
            get(client, 1, "/large");
            awaitFrame(in, HEADERS, 1);
            for (int i = 0; i < 10; i++) {
                frame(
                        client.getOutputStream(),
                        WINDOW_UPDATE,
                        0,
                        1,
                        ByteBuffer.allocate(4).putInt(10).array());
                assertThat(awaitFrame(in, 0, 1).remaining()).isEqualTo(10);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WRITE_MILLIS / 3));
            }
        }
    }

    @Test
    void aConnectionThatIsNotReadIsCut() throws Exception {
        await().until(() -> edge.open() == 0);
        try (SSLSocket client = connect(4096)) {
            open(client, LARGEST_WINDOW);
            frame(
                    client.getOutputStream(),
                    WINDOW_UPDATE,
                    0,
                    0,
                    ByteBuffer.allocate(4).putInt(LARGEST_WINDOW - 65_535).array());
            get(client, 1, "/large");
            await().until(() -> edge.open() == 1);
            await().atMost(Duration.ofSeconds(15)).until(() -> edge.open() == 0);
        }
    }

    /** A proxy carries the hang-ups of many clients over one connection; an attack resets as fast as it can. */
    @Test
    void hangUpsOfAProxyAreServedAndAFloodOfResetsIsClosed() throws Exception {
        try (SSLSocket client = connect(0)) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            open(client, 65_535);
            int stream = resetStreams(client, 1, 300);
            get(client, stream, "/after");
            awaitFrame(in, HEADERS, stream);

            resetStreams(client, stream + 2, 1_000);
            ByteBuffer goAway = awaitFrame(in, GOAWAY, 0);
            goAway.getInt();
            assertThat(goAway.getInt()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        try (SSLSocket other = connect(0)) {
            open(other, 65_535);
            get(other, 1, "/other");
            awaitFrame(new DataInputStream(other.getInputStream()), HEADERS, 1);
        }
    }

    /** @return the next stream */
    private static int resetStreams(SSLSocket client, int first, int count) throws IOException {
        byte[] cancel = ByteBuffer.allocate(4).putInt(CANCEL).array();
        for (int i = 0; i < count; i++) {
            get(client, first + 2 * i, "/x");
            frame(client.getOutputStream(), RST_STREAM, 0, first + 2 * i, cancel);
        }
        return first + 2 * count;
    }

    private static SSLSocket connect(int receiveBuffer) throws Exception {
        Socket plain = new Socket();
        if (receiveBuffer > 0) {
            plain.setReceiveBufferSize(receiveBuffer);
        }
        plain.connect(new InetSocketAddress("127.0.0.1", edge.port()));
        SSLSocket socket = (SSLSocket)
                certificate.trusting().getSocketFactory().createSocket(plain, "localhost", edge.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        return socket;
    }

    private static long millisToClose(SSLSocket socket) throws IOException {
        long start = System.nanoTime();
        try {
            while (socket.getInputStream().read() >= 0) {
                // Settings and GOAWAY.
            }
        } catch (java.net.SocketException reset) {
            // Closed as well.
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void open(SSLSocket socket, int window) throws IOException {
        socket.getOutputStream().write(PREFACE);
        frame(
                socket.getOutputStream(),
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) 4).putInt(window).array());
    }

    private static void get(SSLSocket socket, int stream, String path) throws IOException {
        byte[] name = path.getBytes(US_ASCII);
        byte[] host = "localhost".getBytes(US_ASCII);
        // :method GET and :scheme https by index, :path and :authority as literals without indexing.
        ByteBuffer block = ByteBuffer.allocate(6 + name.length + host.length)
                .put((byte) 0x82)
                .put((byte) 0x87)
                .put((byte) 0x04)
                .put((byte) name.length)
                .put(name)
                .put((byte) 0x01)
                .put((byte) host.length)
                .put(host);
        frame(socket.getOutputStream(), HEADERS, END_HEADERS_AND_STREAM, stream, block.array());
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
        out.flush();
    }

    /** Reads up to the next frame of this type and stream. */
    private static ByteBuffer awaitFrame(DataInputStream in, int type, int stream) throws IOException {
        while (true) {
            int head = in.readInt();
            in.readByte();
            int id = in.readInt();
            byte[] payload = in.readNBytes(head >>> 8);
            if ((head & 0xff) == type && id == stream) {
                return ByteBuffer.wrap(payload);
            }
        }
    }
}
