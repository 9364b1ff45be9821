package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of responses of 256 KiB, streamed and non-streamed, pass between event loops without a stall or a lost
 * byte.
 */
@Timeout(60)
class LargeResponsesNeverStallTest {

    private static final int REQUESTS = 1000;
    private static final int CONCURRENCY = 50;
    private static final int EVENTS = 32;
    private static final int EVENT_BYTES = 8192;

    @ParameterizedTest(name = "{0} event loops")
    @ValueSource(ints = {2, 3})
    void everyBodyArrivesWhole(int eventLoops) throws InterruptedException {
        String stream = FastUpstream.stream(EVENTS, EVENT_BYTES);
        String whole = FastUpstream.whole(EVENTS, EVENT_BYTES);
        try (FastUpstream torrent = new FastUpstream();
                RunningSluice sluice = RunningSluice.start(yaml(torrent), Map.of(), eventLoops);
                HttpClient client = HttpClient.newHttpClient()) {
            Semaphore free = new Semaphore(CONCURRENCY);
            List<CompletableFuture<String>> responses = IntStream.range(0, REQUESTS)
                    .mapToObj(i -> {
                        free.acquireUninterruptibly();
                        boolean streamed = i % 2 == 0;
                        return client.sendAsync(request(sluice, streamed), HttpResponse.BodyHandlers.ofString())
                                .whenComplete((response, failure) -> free.release())
                                .thenApply(response -> response.body().equals(streamed ? stream : whole)
                                        ? "right"
                                        : response.statusCode() + " with "
                                                + response.body().length() + " characters");
                    })
                    .toList();

            assertThat(responses)
                    .isNotEmpty()
                    .allSatisfy(response -> assertThat(response)
                            .succeedsWithin(Duration.ofSeconds(30))
                            .isEqualTo("right"));
            ObservedState.awaitInFlight(sluice, "up", 0);
        }
    }

    private static HttpRequest request(RunningSluice sluice, boolean streamed) {
        String body = ChatClient.request("up/" + EVENTS + "x" + EVENT_BYTES, "Hello")
                .put("stream", streamed)
                .encode();
        return HttpRequest.newBuilder(URI.create(sluice.baseUrl() + "/chat/completions"))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String yaml(FastUpstream torrent) {
        return RunningSluice.EPHEMERAL + """
            providers:
              up: { type: openai_compatible, base_url: "%s", api_keys: [{ key: test }], timeouts: { idle: 10s } }
            """.formatted(torrent.baseUrl());
    }
}
