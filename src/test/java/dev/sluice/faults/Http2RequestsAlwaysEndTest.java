package dev.sluice.faults;

import static dev.sluice.faults.FuzzFrames.END_HEADERS;
import static dev.sluice.faults.FuzzFrames.HEADERS;
import static dev.sluice.faults.FuzzFrames.PREFACE;
import static dev.sluice.faults.FuzzFrames.RST_STREAM;
import static dev.sluice.faults.FuzzFrames.SETTINGS;
import static dev.sluice.faults.FuzzFrames.field;
import static dev.sluice.faults.FuzzFrames.frame;
import static dev.sluice.faults.FuzzFrames.number;
import static dev.sluice.faults.RawUpstream.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.SelfSigned;
import dev.sluice.testkit.VirtualKeys;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over HTTP/2, Vert.x refuses to resume a request that has ended. Requests that wait for a check end all the same. */
@Timeout(60)
class Http2RequestsAlwaysEndTest {

    private static final VirtualKeys CALLERS = new VirtualKeys().with("a", "");

    private static RawUpstream upstream;
    private static SelfSigned certificate;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        certificate = SelfSigned.in(folder);
        upstream = new RawUpstream((request, number, out) -> {
            String body = "{\"id\":\"file-1\",\"object\":\"file\"}";
            out.write(bytes("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length()
                    + "\r\n\r\n" + body));
            return true;
        });
        sluice = RunningSluice.start(
                """
                server: { port: 0, admin: { port: 0 }, tls: { cert: "file:%s", key: "file:%s" } }
                store: { url: "sqlite:%s" }
                providers:
                  up: { type: openai, base_url: "http://127.0.0.1:%d/v1", api_keys: [{ key: sk-provider }] }
                """.formatted(certificate.cert(), certificate.key(), folder.resolve("sluice.db"), upstream.port())
                        + CALLERS.yaml());
    }

    @AfterAll
    static void stop() throws Exception {
        sluice.close();
        upstream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/batches, {, 400",
        "POST, /v1/batches, '{\"input_file_id\":\"file-of-others\"}', 404",
        "GET, /v1/batches/batch-of-others, '', 404",
        "DELETE, /v1/files/file-of-others, '', 404",
        "GET, /v1/videos/unknown, '', 404"
    })
    void aRefusedRequestGetsItsError(String method, String path, String body, int status) throws Exception {
        NothingIsLeft rest = NothingIsLeft.at(sluice.adminUrl());
        HttpResponse<String> response = send(method, path, "application/json", body);

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(status);
        rest.check();
    }

    /** The lookup of a file's owner takes a moment. */
    @Test
    void resetsWhileTheOwnerIsLookedUpLeaveNothing() throws Exception {
        NothingIsLeft rest = NothingIsLeft.at(sluice.adminUrl());
        String form = "--B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--B--\r\n";
        assertThat(send("POST", "/v1/files", "multipart/form-data; boundary=B", form)
                        .statusCode())
                .isEqualTo(200);
        try (CapturedLog log = CapturedLog.open(FuzzLog::isUnexpected);
                SSLSocket socket = http2()) {
            socket.getOutputStream().write(frame(SETTINGS, 0, 0, new byte[0]));
            for (int stream = 1; stream < 100; stream += 2) {
                String type = stream % 4 == 1 ? "multipart/form-data; boundary=B" : "application/json";
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(frame(HEADERS, END_HEADERS, stream, upload(type)));
                both.writeBytes(frame(RST_STREAM, 0, stream, number(8)));
                socket.getOutputStream().write(both.toByteArray());
            }
            rest.check();
            assertThat(log.lines()).isEmpty();
        }
    }

    /** Of this logger, one line per second is written, and not as an error: LogFollowsConfigTest. */
    @Test
    void clientsThatBreakTheProtocolWriteLinesOfOneLogger() throws Exception {
        byte[] hugeWindow = {0, 4, -1, -1, -1, -1};
        try (CapturedLog log = CapturedLog.open()) {
            for (int i = 0; i < 6; i++) {
                try (SSLSocket socket = http2()) {
                    if (i % 3 == 2) {
                        socket.getOutputStream().write(frame(SETTINGS, 0, 0, new byte[0]));
                    }
                    socket.getOutputStream()
                            .write(
                                    i % 3 == 0
                                            ? frame(SETTINGS, 0, 0, hugeWindow)
                                            : frame(HEADERS, END_HEADERS, 0, upload("text/plain")));
                    socket.getInputStream().readAllBytes();
                }
            }

            assertThat(log.from("io.vertx.core.net.impl.ConnectionBase")).isPositive();
            assertThat(log.from("")).isEqualTo(log.from("io.vertx.core.net.impl.ConnectionBase"));
        }
    }

    private static SSLSocket http2() throws Exception {
        SSLSocket socket =
                (SSLSocket) certificate.trusting().getSocketFactory().createSocket("localhost", sluice.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket.getOutputStream().write(PREFACE);
        return socket;
    }

    private static byte[] upload(String type) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(field(":method", "POST"));
        block.writeBytes(field(":scheme", "https"));
        block.writeBytes(field(":path", "/v1/files/file-1"));
        block.writeBytes(field(":authority", "localhost"));
        block.writeBytes(field("authorization", CALLERS.bearer("a")));
        block.writeBytes(field("content-type", type));
        block.writeBytes(field("content-length", "100000"));
        return block.toByteArray();
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(certificate.trusting()).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + sluice.port() + path))
                            .timeout(Duration.ofSeconds(10))
                            .header("authorization", CALLERS.bearer("a"))
                            .header("content-type", type)
                            .method(
                                    method,
                                    body.isEmpty()
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
