package dev.sluice.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.http.edge.EdgeClient;
import dev.sluice.http.edge.EdgeClient.Reply;
import dev.sluice.http.edge.EdgeFixture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A body is read completely, however it is split, or refused for its size or slowness; it takes no more memory than it
 * sent.
 */
class BodyReaderTest {

    private static final int LIMIT = 3 * 1024 * 1024;
    private static final String CHUNKED = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private EdgeFixture edge;

    @BeforeEach
    void start() {
        edge = new EdgeFixture(EdgeFixture.config(LIMIT, 10_000, 400, 75_000, null));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void anAnnouncedBodyGetsAnArrayOfItsSize() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.exchange(announced(5) + "hello");

            assertThat(reply.body()).isEqualTo("hello");
            assertThat(reply.headers()).containsEntry("x-array", "5");
        }
    }

    @Test
    void aLargeAnnouncedBodyEndsInAnArrayOfItsSize() throws Exception {
        byte[] body = randomText(LIMIT);
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.send(announced(LIMIT)).send(body).read();

            assertThat(reply.body()).isEqualTo(new String(body, StandardCharsets.US_ASCII));
            assertThat(reply.headers()).containsEntry("x-array", Integer.toString(LIMIT));
        }
    }

    @Test
    void aLargeChunkedBodyGrows() throws Exception {
        byte[] body = randomText(LIMIT);
        try (EdgeClient client = edge.connect()) {
            client.send(CHUNKED + Integer.toHexString(LIMIT) + "\r\n")
                    .send(body)
                    .send("\r\n0\r\n\r\n");

            assertThat(client.read().body()).isEqualTo(new String(body, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void tenThousandTinyChunksAreOneBody() throws Exception {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(CHUNKED.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 10_000; i++) {
            wire.writeBytes("1\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        wire.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.send(wire.toByteArray()).read();

            assertThat(reply.body()).isEqualTo("x".repeat(10_000));
            assertThat(client.get("/again").status()).isEqualTo(200);
        }
    }

    @Test
    void aRequestSentByteByByteIsServed() throws Exception {
        String wire = "POST /echo HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "3;ext=1\r\n"
                + "{\n"
                + " \r\n"
                + "1\r\n"
                + "}\r\n"
                + "0\r\n"
                + "X-Trailer: y\r\n\r\n";
        try (EdgeClient client = edge.connect()) {
            for (byte b : wire.getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertThat(client.read().body()).isEqualTo("{\n }");
        }
    }

    @Test
    void pipelinedRequestsGetResponsesInOrder() throws Exception {
        StringBuilder wire = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            String body = "{\n  \"n\": " + i + "\n}";
            wire.append(announced(body.length())).append(body);
        }
        try (EdgeClient client = edge.connect()) {
            client.send(wire.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.read().body()).isEqualTo("{\n  \"n\": " + i + "\n}");
            }
        }
    }

    @Test
    void anAnnouncedBodyOverTheLimitIsRefusedBeforeItIsSent() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.exchange(announced(LIMIT + 1));

            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.body()).contains("limit: " + LIMIT + " bytes").contains("server.max_body");
            assertThat(reply.closes()).isTrue();
            assertThat(edge.routed).isEmpty();
        }
    }

    @Test
    void aChunkedBodyOverTheLimitGetsAResponseWhileItIsStillSent() throws Exception {
        byte[] chunk = randomText(64 * 1024);
        try (EdgeClient client = edge.connect()) {
            // Given a body that never ends
            client.send(CHUNKED);
            for (int sent = 0; sent <= LIMIT; sent += chunk.length) {
                client.send("10000\r\n").send(chunk).send("\r\n");
            }
            // When
            Reply reply = client.read();

            // Then the response arrives before the end of the body, and the connection closes
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.closes()).isTrue();
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void anUploadThatGoesOnAfterItsRefusalIsNotReset() throws Exception {
        byte[] more = randomText(512 * 1024);
        try (EdgeClient client = edge.connect()) {
            // Given an upload that was refused at once
            assertThat(client.exchange(announced(LIMIT + more.length)).status()).isEqualTo(413);

            await().during(Duration.ofMillis(200)).until(() -> edge.open() == 1);

            // When the client, which has not read yet, continues to send: a reset would throw here, and might overtake
            // the response
            for (int i = 0; i < 7; i++) {
                client.send(more);
            }

            // Then the connection ends in order
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aSlowBodyTimesOut() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.exchange(announced(100) + "only this");

            assertThat(reply.status()).isEqualTo(408);
            assertThat(reply.body()).contains("within 400 ms").contains("9 bytes arrived");
            assertThat(reply.closes()).isTrue();
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aTruncatedBodyIsRefused() throws Exception {
        try (EdgeClient client = edge.connect()) {
            client.send(CHUNKED + "5\r\nhello\r\n");
            client.finishOutput();
            assertThat(client.closedByServer()).isTrue();
        }
        try (EdgeClient other = edge.connect()) {
            assertThat(other.get("/fine").status()).isEqualTo(200);
        }
    }

    @Test
    void continueIsSentOnlyWhenTheBodyIsWanted() throws Exception {
        String expecting = "POST %s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n";
        try (EdgeClient client = edge.connect()) {
            assertThat(client.exchange(expecting.formatted("/echo", 5)).status())
                    .isEqualTo(100);
            assertThat(client.exchange("hello").body()).isEqualTo("hello");
            assertThat(client.exchange(expecting.formatted("/echo", LIMIT + 1)).status())
                    .isEqualTo(413);
        }
        try (EdgeClient client = edge.connect()) {
            Reply refused = client.exchange(expecting.formatted("/refused", 5));
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.closes()).isTrue();
        }
    }

    private static String announced(int length) {
        return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static byte[] randomText(int length) {
        byte[] text = new byte[length];
        Random random = new Random(7);
        for (int i = 0; i < length; i++) {
            text[i] = (byte) ('a' + random.nextInt(26));
        }
        return text;
    }
}
