package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Providers are asked for responses that are not compressed. A proxy before one may compress all the same
 * (lablup/backend.ai#5771): then the response is read as if it had not, and one that would fill the memory is cut.
 */
class CompressedResponsesAreDecodedTest {

    private static final String WHOLE = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\","
        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},"
        + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";

    private static final String STREAM = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hello\"},"
            + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    private static final String REFUSAL =
            "{\"error\":{\"message\":\"slow down\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static RawUpstream upstream;
    private static RunningSluice sluice;
    private static volatile String head = "";

    @BeforeAll
    static void start() throws IOException {
        upstream = new RawUpstream(CompressedResponsesAreDecodedTest::respond);
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    providers:
                      gzip: { type: openai_compatible, base_url: "URL/gzip/v1", api_keys: [{ key: test }] }
                      deflate: { type: openai_compatible, base_url: "URL/deflate/v1", api_keys: [{ key: test }] }
                      refusing: { type: openai_compatible, base_url: "URL/gzip/v1", api_keys: [{ key: test }] }
                      plain: { type: openai_compatible, base_url: "URL/plain/v1", api_keys: [{ key: test }] }
                      bomb: { type: openai_compatible, base_url: "URL/bomb/v1", api_keys: [{ key: test }] }
                    """.replace("URL", "http://127.0.0.1:" + upstream.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        sluice.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void aCompressedResponseIsRead(String provider) throws Exception {
        HttpResponse<String> whole = post("/chat/completions", provider, "m", false);
        HttpResponse<String> stream = post("/chat/completions", provider, "m", true);
        HttpResponse<String> translated = post("/messages", provider, "m", true);

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(WHOLE);
        assertThat(stream.body()).isEqualTo(STREAM);
        assertThat(translated.body()).contains("\"text\":\"hello\"").contains("message_stop");
        assertThat(head.toLowerCase(java.util.Locale.ROOT)).contains("accept-encoding: identity\r\n");
    }

    @Test
    void aCompressedRefusalIsClassifiedByItsWords() throws Exception {
        HttpResponse<String> refused = post("/chat/completions", "refusing", "refused", false);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("insufficient_quota").contains("slow down");
    }

    @Test
    void bytesThatPassAreDecodedWithTheirHeaders() throws Exception {
        HttpResponse<String> passed = CLIENT.send(
                HttpRequest.newBuilder(
                                URI.create(sluice.baseUrl().replaceFirst("/v1$", "") + "/passthrough/gzip/other"))
                        .header("content-type", "application/json")
                        .header("accept-encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(passed.body()).isEqualTo(WHOLE);
        assertThat(passed.headers().map()).doesNotContainKey("content-encoding");
    }

    /** 200 MiB of blanks in a response of 200 KiB. */
    @Test
    void aSmallResponseThatBecomesAHugeOneIsAnError() throws Exception {
        HttpResponse<String> whole = post("/chat/completions", "bomb", "m", false);
        HttpResponse<String> stream = post("/chat/completions", "bomb", "m", true);

        assertThat(whole.statusCode()).isEqualTo(502);
        assertThat(stream.statusCode()).isEqualTo(502);
        assertThat(post("/chat/completions", "gzip", "m", false).statusCode()).isEqualTo(200);
    }

    /** Some proxies decode a body and leave the header. */
    @Test
    void aResponseThatIsNotCompressedAsItsHeaderSaysIsAnError() throws Exception {
        try (CapturedLog log = CapturedLog.open()) {
            assertThat(post("/chat/completions", "plain", "m", false).statusCode())
                    .isEqualTo(502);
            assertThat(post("/chat/completions", "plain", "m", true).statusCode())
                    .isEqualTo(502);

            assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    private static boolean respond(RawUpstream.Request request, int number, OutputStream out) throws IOException {
        head = request.head();
        boolean stream = request.body().contains("\"stream\":true");
        boolean refused = request.body().contains("refused");
        boolean deflate = request.line().contains("/deflate/");
        byte[] body = request.line().contains("/bomb/")
                ? bomb()
                : request.line().contains("/plain/")
                        ? RawUpstream.bytes(WHOLE)
                        : compressed(refused ? REFUSAL : stream ? STREAM : WHOLE, deflate);
        out.write(RawUpstream.bytes("HTTP/1.1 " + (refused ? "429 Slow" : "200 OK") + "\r\ncontent-type: "
                + (stream && !refused ? "text/event-stream" : "application/json") + "\r\ncontent-encoding: "
                + (deflate ? "deflate" : "gzip") + "\r\ncontent-length: " + body.length + "\r\n\r\n"));
        out.write(body);
        out.flush();
        return true;
    }

    private static byte[] compressed(String text, boolean deflate) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encoder = deflate ? new DeflaterOutputStream(bytes) : new GZIPOutputStream(bytes)) {
            encoder.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        try (OutputStream encoder = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 300; i++) {
                encoder.write(blanks);
            }
        }
        return bytes.toByteArray();
    }

    private static HttpResponse<String> post(String path, String provider, String model, boolean stream)
            throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path))
                        .timeout(Duration.ofSeconds(60))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + provider + "/" + model
                                + "\",\"max_tokens\":9,\"stream\":" + stream
                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
