package dev.sluice.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.FloodingClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RawClient.End;
import dev.sluice.testkit.RawClient.Received;
import dev.sluice.testkit.RunningSluice;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin listener has the edge of the data plane. Hostile clients by raw sockets. */
@Timeout(60)
class HostileAdminClientsTest {

    private static final int SILENCE_MILLIS = 8_000;

    private static final String CLOSE = "connection: close\r\n";

    /** Buffers of the kernel on both ends of a connection, as they grow. */
    private static final long KERNEL_BYTES = 14L << 20;

    private static RunningSluice sluice;
    private static int port;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start("""
            server:
              port: 0
              admin: { port: 0 }
              timeouts: { header: 300ms, body: 300ms, idle: 1s, write: 1s }
            providers: { one: { type: simulator } }
            """);
        port = URI.create(sluice.adminUrl()).getPort();
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @AfterEach
    void othersAreServed() {
        assertThat(new ChatClient(sluice.adminUrl()).get("/livez").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/admin/v1/keys",
                "http://evil.example/admin/v1/keys",
                "https://localhost/livez",
                "http://localhost",
                "HTTP://localhost/livez",
                "*",
                "/admin/v1/../v1/keys",
                "/admin//v1/keys",
                "/%61dmin/v1/keys",
                "/admin%2fv1/keys",
                "/admin/v1/keys#x"
            })
    void targetsThatAnotherParserCouldReadDifferentlyAreRefused(String target) throws IOException {
        assertThat(response("GET " + target + " HTTP/1.1\r\nhost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void namesMayBePercentEncoded() throws IOException {
        assertThat(response("GET /admin/v1/routes/one%2Fecho/plan HTTP/1.1\r\nhost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains("one/echo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host: localhost\r\nhost: localhost",
                "host: localhost\r\ncontent-length: 0\r\ntransfer-encoding: chunked",
                "host: localhost\r\ntransfer-encoding: gzip",
                "host: localhost\r\nx: a\r\n b",
                "x: y"
            })
    void headsOfDoubtfulFramingAreRefusedAndTheConnectionIsClosed(String head) throws IOException {
        assertThat(response("POST /admin/v1/keys HTTP/1.1\r\n" + head + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains(CLOSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:", "host: a b", "host: [::", "host: a@b:c", "host: a:99999999"})
    void anUnreadableHostIsRefusedInTheEnvelopeAndIsNoErrorOfTheGateway(String host) throws IOException {
        try (CapturedLog log = CapturedLog.open()) {
            assertThat(response("GET /livez HTTP/1.1\r\n" + host + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 4")
                    .contains("\"error\"");
            assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    @Test
    void tooManyHeadersAreRefused() throws IOException {
        assertThat(response("GET / HTTP/1.1\r\nhost: localhost\r\n" + "x: y\r\n".repeat(200) + "\r\n"))
                .startsWith("HTTP/1.1 431");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\nhello\r\n", "-1\r\nhello\r\n", "5\r\nhelloXX", "5\r\nhello\r\n0\r\n bad\r\n\r\n"})
    void aMalformedChunkIsA400ThatClosesTheConnection(String chunks) throws IOException {
        assertThat(response(post("/admin/v1/keys", "transfer-encoding: chunked") + chunks))
                .startsWith("HTTP/1.1 400")
                .contains("bad_body", CLOSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/v1/keys", "/admin/v1/config/check", "/livez", "/unknown"})
    void aHugeAnnouncedBodyIsRefused(String path) throws IOException {
        assertThat(response(post(path, "content-length: 1000000000")))
                .startsWith("HTTP/1.1 413")
                .contains("request_too_large", "4194304 bytes)", CLOSE);
    }

    @Test
    void aBodyThatIsTooLargeForItsEndpointIsRefused() throws IOException {
        assertThat(response(post("/admin/v1/keys", "content-length: 100000")))
                .startsWith("HTTP/1.1 413")
                .contains("request_too_large", "65536 bytes)", "\"param\" : \"body\"", CLOSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/v1/keys", "/unknown"})
    void anEndlessBodyIsCut(String path) throws IOException {
        var client = FloodingClient.connect(port);
        client.getOutputStream().write(post(path, "transfer-encoding: chunked").getBytes(ISO_8859_1));
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(ISO_8859_1);
        try (FloodingClient flood = new FloodingClient(client, chunk)) {
            await().atMost(Duration.ofSeconds(10)).until(flood::isCut);
        }
    }

    @Test
    void aHeadThatArrivesSlowlyIsCut() throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send("GET /livez HTTP/1.1\r\nhost: local");
            assertThat(client.read(SILENCE_MILLIS).end()).isNotEqualTo(End.SILENCE);
        }
    }

    @Test
    void aBodyThatDoesNotArriveIsA408() throws IOException {
        Received received = exchange(post("/admin/v1/keys", "content-length: 10") + "{");
        assertThat(received.text()).startsWith("HTTP/1.1 408").contains("server.timeouts.body");
        assertThat(received.end()).isNotEqualTo(End.SILENCE);
    }

    @Test
    void aClientThatWaitsForContinueGetsIt() throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            client.send(post("/admin/v1/keys", "content-length: 2\r\nexpect: 100-continue"));
            assertThat(client.readResponse(SILENCE_MILLIS)).startsWith("HTTP/1.1 100");
            client.send("{}");
            assertThat(client.readResponse(SILENCE_MILLIS)).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void pipelinedRequestsWhoseResponsesAreUnreadAreCut() throws IOException {
        byte[] requests =
                "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(100).getBytes(ISO_8859_1);
        try (FloodingClient flood = new FloodingClient(FloodingClient.connect(port), requests)) {
            await().atMost(Duration.ofSeconds(15)).until(flood::isCut);
            assertThat(flood.sent()).isLessThan(KERNEL_BYTES);
        }
    }

    @Test
    void pipelinedRequestsOfAClientThatReadsAreServed() throws IOException {
        int count = 200;
        try (RawClient client = RawClient.connect(port)) {
            client.send("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(count));
            client.readUntil(count, "HTTP/1.1 200");
        }
    }

    private static String post(String path, String headers) {
        return "POST " + path + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n" + headers
                + "\r\n\r\n";
    }

    private static String response(String request) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            return client.send(request).readResponse(SILENCE_MILLIS);
        }
    }

    private static Received exchange(String request) throws IOException {
        try (RawClient client = RawClient.connect(port)) {
            return client.send(request).read(SILENCE_MILLIS);
        }
    }
}
