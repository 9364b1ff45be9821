package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An event of several megabytes in the stream of a provider does not hold an event loop for 100 ms, translated or
 * passed through, and the events behind it stay in their order.
 */
class LargeEventsDoNotHoldTheLoopTest {

    private static final long MOST_MILLIS = 100;
    private static final int LARGEST = 7_500_000;
    private static final String BEHIND = "the text behind";

    private static final Vertx UPSTREAM = Vertx.vertx();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final AtomicInteger SENT = new AtomicInteger();

    private static volatile String text = "\"hello\"";
    private static volatile String extra = "1";
    private static RunningSluice sluice;
    private static LoopWatch watch;

    @BeforeAll
    static void start() {
        HttpServer upstream = RunningSluice.await(UPSTREAM.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> respond(request)))
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    providers:
                      openai: { type: openai_compatible, base_url: "URL/v1", api_keys: [{ key: test }] }
                      own: { type: openai, base_url: "URL/v1", api_keys: [{ key: test }] }
                      anthropic: { type: anthropic, base_url: "URL", api_keys: [{ key: test }] }
                      narrow: { type: anthropic, base_url: "URL", api_keys: [{ key: test }], limits: { concurrency: 1 } }
                      gemini: { type: gemini, base_url: "URL", api_keys: [{ key: test }] }
                      cohere: { type: cohere, base_url: "URL", api_keys: [{ key: test }] }
                    models:
                      held: { on_stream_failure: hold, hold: { all: true }, targets: [{ provider: anthropic, model: m }] }
                    """.replace("URL", "http://127.0.0.1:" + upstream.actualPort()));
        watch = new LoopWatch(sluice.vertx());
    }

    @AfterAll
    static void stop() {
        watch.close();
        sluice.close();
        RunningSluice.await(UPSTREAM.close());
    }

    /** The first rounds warm up. */
    @ParameterizedTest
    @CsvSource({
        "/chat/completions, anthropic/m, true",
        "/chat/completions, held, true",
        "/chat/completions, gemini/m, true",
        "/chat/completions, cohere/m, true",
        "/chat/completions, openai/m, true",
        "/messages, openai/m, true",
        "/responses, anthropic/m, true",
        "/responses, gemini/m, true",
        "/responses, own/m, true"
    })
    void oneLargeEvent(String path, String model, boolean servesTheLargest) {
        List<String> held = new ArrayList<>();
        for (BodyShape shape : List.of(BodyShape.PROSE, BodyShape.ESCAPES, BodyShape.NUMBERS)) {
            for (int bytes : new int[] {60_000, 400_000, 400_000, 900_000, shape.isText() ? LARGEST : LARGEST / 3}) {
                text = shape.isText() ? shape.value(bytes) : "\"hello\"";
                extra = shape.isText() ? "1" : shape.value(bytes);
                watch.reset();

                String response = post(path, model);

                // A loop that is still busy reports at its next task.
                post("/messages", "none");
                if (bytes >= 900_000 && watch.heldMillis() > MOST_MILLIS) {
                    held.add(shape + " " + bytes + ": " + watch.heldMillis() + " ms" + watch.stack());
                }
                if (servesTheLargest || bytes <= 900_000) {
                    boolean served = response.contains(BEHIND)
                            && !response.contains("event: error")
                            && !response.contains("\"error\":{")
                            && response.length() > (shape.isText() ? bytes / 8 : 0);
                    assertThat(served)
                            .as(shape + " " + bytes + " " + end(response))
                            .isTrue();
                }
            }
        }
        assertThat(held).isEmpty();
    }

    /** The provider admits one request at a time, so the last one is served only if all others have released theirs. */
    @Test
    void clientsThatLeaveWhileAnEventIsReadReleaseTheirPermit() {
        text = BodyShape.ESCAPES.value(LARGEST);
        extra = "1";
        for (int i = 0; i < 12; i++) {
            int before = SENT.get();
            CompletableFuture<?> leaving =
                    CLIENT.sendAsync(request("/responses", "narrow/m"), HttpResponse.BodyHandlers.discarding());
            await().until(() -> SENT.get() > before || leaving.isDone());
            leaving.cancel(true);
        }
        text = "\"hello\"";

        await().untilAsserted(
                        () -> assertThat(end(post("/responses", "narrow/m"))).contains("output_tokens"));
    }

    private static String end(String response) {
        return response.substring(Math.max(0, response.length() - 300));
    }

    private static String post(String path, String model) {
        try {
            return CLIENT.send(request(path, model), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException failed) {
            return failed.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static HttpRequest request(String path, String model) {
        return HttpRequest.newBuilder(URI.create(sluice.baseUrl() + path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"" + model + "\",\"stream\":true,\"max_tokens\":10,\"input\":\"x\","
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                .build();
    }

    private static void respond(HttpServerRequest request) {
        String events = events(request.path());
        request.response().putHeader("content-type", "text/event-stream");
        SENT.incrementAndGet();
        request.response().end(events.replace("#", text).replace("$", extra).replace("~", BEHIND));
    }

    private static String events(String path) {
        if (path.endsWith("/chat/completions")) {
            return """
                data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":#}}],"x":$}

                data: {"id":"c","choices":[{"index":0,"delta":{"content":"~"}}]}

                data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}

                data: [DONE]

                """;
        }
        if (path.endsWith("/messages")) {
            return """
                event: message_start
                data: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":1,"output_tokens":1}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":#},"x":$}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"~"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

                event: message_stop
                data: {"type":"message_stop"}

                """;
        }
        if (path.endsWith("/responses")) {
            return """
                event: response.created
                data: {"type":"response.created","sequence_number":0,"response":{"id":"r","status":"in_progress","output":[]}}

                event: response.output_text.delta
                data: {"type":"response.output_text.delta","sequence_number":1,"item_id":"i","delta":#,"x":$}

                event: response.output_text.delta
                data: {"type":"response.output_text.delta","sequence_number":2,"item_id":"i","delta":"~"}

                event: response.completed
                data: {"type":"response.completed","sequence_number":3,"response":{"id":"r","status":"completed","output":[],\
                "usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}}

                """;
        }
        if (path.contains("GenerateContent")) {
            return """
                data: {"candidates":[{"content":{"role":"model","parts":[{"text":#}]}}],"x":$}

                data: {"candidates":[{"content":{"role":"model","parts":[{"text":"~"}]},"finishReason":"STOP"}],\
                "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}

                """;
        }
        return """
            data: {"type":"message-start","id":"c","delta":{"message":{"role":"assistant"}}}

            data: {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}

            data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":#}}},"x":$}

            data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"~"}}}}

            data: {"type":"content-end","index":0}

            data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":1,"output_tokens":1}}}}

            """;
    }
}
