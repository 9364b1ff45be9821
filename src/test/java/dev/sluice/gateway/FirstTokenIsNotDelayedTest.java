package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The text of the provider's first event reaches the client before a second event exists: no translation buffers it.
 * The provider sends its second event only after the client has received the first.
 */
class FirstTokenIsNotDelayedTest {

    private static final String CHUNK = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{%s},\"finish_reason\":%s}]}\n\n";

    private static final String FIRST_CHUNK = CHUNK.formatted("\"content\":\"first\"", "null");

    private static final String OTHER_CHUNKS = CHUNK.formatted("", "\"stop\"") + "data: [DONE]\n\n";

    private static final String FIRST_OF_MESSAGE = "event: message_start\n"
        + "data:"
        + " {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
        + "event: content_block_start\n"
        + "data:"
        + " {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Hello\"}}\n\n";

    private static final String REST_OF_MESSAGE = "event: content_block_stop\n"
        + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "event: message_delta\n"
        + "data:"
        + " {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\n"
        + "event: message_stop\n"
        + "data: {\"type\":\"message_stop\"}\n\n";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<HttpServerResponse> streaming = new AtomicReference<>();
    private HttpServer upstream;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        upstream = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    boolean messages = request.path().equals("/v1/messages");
                    HttpServerResponse response =
                            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
                    streaming.set(response);
                    response.write(messages ? FIRST_OF_MESSAGE : FIRST_CHUNK);
                })
                .listen(0, "127.0.0.1"));
        String url = "http://127.0.0.1:" + upstream.actualPort();
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              chat: { type: openai_compatible, base_url: "%s/v1" }
              messages: { type: anthropic, base_url: "%s", api_keys: [ { key: unused } ] }
            """.formatted(url, url));
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, chat, first",
        "/v1/responses, chat, first",
        "/v1/chat/completions, messages, assistant",
        "/v1/chat/completions, chat, first",
        "/v1/messages, messages, assistant",
    })
    void theFirstEventReachesTheClientBeforeTheSecondIsSent(String path, String provider, String said)
            throws Exception {
        String body = "{\"model\":\"" + provider + "/m\",\"stream\":true,"
                + (path.equals("/v1/responses")
                        ? "\"input\":\"Hi\"}"
                        : "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        CompletableFuture<String> first = new CompletableFuture<>();
        StringBuilder all = new StringBuilder();

        HttpClient client = HttpClient.newHttpClient();
        try {
            CompletableFuture<HttpResponse<Void>> response = client.sendAsync(
                    request,
                    HttpResponse.BodyHandlers.ofByteArrayConsumer(bytes -> bytes.ifPresent(some -> {
                        all.append(new String(some, StandardCharsets.UTF_8));
                        if (all.indexOf(said) >= 0) {
                            first.complete(all.toString());
                        }
                    })));

            assertThat(first.get(10, TimeUnit.SECONDS)).contains(said);
            streaming.get().end(provider.equals("chat") ? OTHER_CHUNKS : REST_OF_MESSAGE);

            assertThat(response.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        } finally {
            // close() would wait for a response that never ends when the test fails.
            client.shutdownNow();
        }
    }
}
