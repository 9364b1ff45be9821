package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backpressure from a slow client reaches the provider: memory stays bounded, and no byte is lost. */
@Timeout(60)
class SlowReadersPauseTheProviderTest {

    private static final int EVENTS = 8192;
    private static final int EVENT_BYTES = 4096;

    /**
     * What may be under way: buffers of the kernel on four ends of two connections (up to some MB each as they grow),
     * of the HTTP client of the test, and the window of Sluice. Far below the 32 MiB of the stream.
     */
    private static final long UNDER_WAY = 14L << 20;

    private static FastUpstream torrent;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        torrent = new FastUpstream();
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: { type: openai_compatible, base_url: "%s", api_keys: [{ key: test }], timeouts: { idle: 1s } }
            """.formatted(torrent.baseUrl()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        torrent.close();
    }

    @Test
    void theProviderWaitsForAReaderThatRestsAndEveryByteArrives() throws Exception {
        byte[] expected = FastUpstream.stream(EVENTS, EVENT_BYTES).getBytes(UTF_8);
        long before = torrent.written();
        try (HttpClient client = HttpClient.newHttpClient();
                InputStream body = open(client).body()) {
            // Nobody reads, for longer than the idle timeout: that the reader is slow is not the provider's fault.
            await().atMost(Duration.ofSeconds(10)).until(() -> torrent.pauses() > 0);
            await().during(Duration.ofMillis(2500))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> ObservedState.inFlight(sluice, "up") == 1);
            assertThat(torrent.written() - before).isLessThan(UNDER_WAY);

            byte[] read = new byte[expected.length];
            int length = 0;
            long most = 0;
            for (int step = body.read(read);
                    step > 0;
                    step = body.read(read, length, Math.min(64 * 1024, read.length - length))) {
                length += step;
                most = Math.max(most, torrent.written() - before - length);
            }
            assertThat(length).isEqualTo(expected.length);
            assertThat(Arrays.equals(read, expected)).isTrue();
            assertThat(body.read()).isEqualTo(-1);
            assertThat(most).isLessThan(UNDER_WAY);
        }
        assertThat(torrent.pauses()).isPositive();
        ObservedState.awaitInFlight(sluice, "up", 0);
    }

    private static HttpResponse<InputStream> open(HttpClient client) throws IOException, InterruptedException {
        JsonObject ask =
                ChatClient.request("up/" + EVENTS + "x" + EVENT_BYTES, "Hello").put("stream", true);
        HttpRequest request = HttpRequest.newBuilder(URI.create(sluice.baseUrl() + "/chat/completions"))
                .header("content-type", "application/json")
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString(ask.encode()))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }
}
