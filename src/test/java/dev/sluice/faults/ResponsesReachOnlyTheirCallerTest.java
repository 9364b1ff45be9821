package dev.sluice.faults;

import static dev.sluice.faults.RawUpstream.bytes;
import static dev.sluice.faults.RawUpstream.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A response reaches only the caller who sent its request, whatever bytes a provider sends on a pooled connection. Each
 * request has a word of its own, and a correct response repeats it.
 */
class ResponsesReachOnlyTheirCallerTest {

    private static final Pattern WORD = Pattern.compile("word-\\d+");
    private static final String POISON = "meant-for-another-caller";

    private static String completion(String text) {
        return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":\"" + text + "\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
    }

    private static String sized(String text) {
        String body = completion(text);
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static String chunked(String text, String trailers) {
        String body = completion(text);
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n" + trailers + "\r\n";
    }

    private static String streamed(String text) {
        String events = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" + text
                + "\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                + Integer.toHexString(events.length()) + "\r\n" + events + "\r\n0\r\n\r\n";
    }

    private static String word(RawUpstream.Request request) {
        Matcher word = WORD.matcher(request.body());
        assertThat(word.find()).isTrue();
        return word.group();
    }

    private static String respond(RawUpstream.Request request) {
        return request.body().contains("\"stream\":true") ? streamed(word(request)) : sized(word(request));
    }

    private static RunningSluice sluice(RawUpstream upstream, int connections) {
        return RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "http://127.0.0.1:%d/v1"
                retry: { attempts: 1 }
                breaker: { min_calls: 100000 }
                timeouts: { first_byte: 2s, response: 2s, idle: 2s }
                pool: { max_connections: %d }
            """.formatted(upstream.port(), connections), Map.of(), 1);
    }

    private static HttpResponse<String> ask(RunningSluice sluice, String word, boolean stream) {
        JsonObject body = ChatClient.request("up/any", word);
        return sluice.chat().chat(stream ? body.put("stream", true) : body);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 104, 150, 199})
    void informationalResponsesAreSkipped(int status) throws IOException {
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> {
                    out.write(bytes("HTTP/1.1 " + status + " Wait\r\nx-note: a\r\n\r\n"));
                    out.flush();
                    pause(20);
                    out.write(bytes("HTTP/1.1 " + status + "\r\n\r\n" + respond(request)));
                    return true;
                });
                RunningSluice sluice = sluice(upstream, 1)) {
            for (int i = 0; i < 3; i++) {
                for (boolean stream : new boolean[] {false, true}) {
                    HttpResponse<String> response = ask(sluice, "word-" + i, stream);
                    assertThat(response.statusCode()).isEqualTo(200);
                    assertThat(response.body()).contains("word-" + i);
                }
            }
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void anUpgradeThatWasNotRequestedFailsItsRequestOnly() throws IOException {
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> {
                    boolean switches = word(request).equals("word-1");
                    out.write(bytes((switches ? "HTTP/1.1 101 Switching Protocols\r\n\r\n" : "") + respond(request)));
                    return true;
                });
                RunningSluice sluice = sluice(upstream, 1)) {
            assertThat(ask(sluice, "word-1", false).statusCode()).isEqualTo(502);
            HttpResponse<String> next = ask(sluice, "word-2", false);
            assertThat(next.statusCode()).isEqualTo(200);
            assertThat(next.body()).contains("word-2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\r\n", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npoi", "POISON"})
    void bytesAfterAResponseEndItsConnection(String leftover) throws IOException {
        String poison = leftover.equals("POISON") ? sized(POISON) : leftover;
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> {
                    out.write(bytes(respond(request) + poison));
                    return true;
                });
                RunningSluice sluice = sluice(upstream, 1)) {
            for (int i = 0; i < 6; i++) {
                HttpResponse<String> response = ask(sluice, "word-" + i, i % 2 == 1);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).contains("word-" + i).doesNotContain(POISON);
            }
            assertThat(upstream.connections).hasValue(6);
        }
    }

    @Test
    void bytesOnAnIdleConnectionCloseIt() throws IOException {
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> {
                    out.write(bytes(respond(request)));
                    out.flush();
                    pause(100);
                    out.write(bytes("HTTP/1.1 200 O"));
                    return true;
                });
                RunningSluice sluice = sluice(upstream, 1)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> response = ask(sluice, "word-" + i, false);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).contains("word-" + i);
                int closed = i + 1;
                await().until(() -> upstream.closed.get() == closed);
            }
            assertThat(upstream.connections).hasValue(3);
        }
    }

    /**
     * A response before the request is complete: the rest of the request must not become the next request's beginning.
     */
    @Test
    void anEarlyResponseEndsItsConnection() throws IOException {
        String refusal = "HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> {
                    out.write(bytes(request.complete() ? respond(request) : refusal));
                    return true;
                });
                RunningSluice sluice = sluice(upstream, 1)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> large =
                        sluice.chat().chat(ChatClient.request("up/any", "word-1 " + "a".repeat(8 * 1024 * 1024)));
                assertThat(large.statusCode()).isEqualTo(413);
                HttpResponse<String> small = ask(sluice, "word-2", false);
                assertThat(small.statusCode()).isEqualTo(200);
                assertThat(small.body()).contains("word-2");
            }
        }
    }

    /**
     * A provider that responds one request late, from the second of each connection on, as after a surplus response.
     */
    @Test
    void aConnectionWhoseResponsesAreShiftedEnds() throws IOException {
        AtomicInteger longest = new AtomicInteger();
        AtomicReference<String> previous = new AtomicReference<>();
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> {
                    longest.accumulateAndGet(n, Math::max);
                    String before = previous.getAndSet(word(request));
                    out.write(bytes(sized(n == 1 ? word(request) : before)));
                    return true;
                });
                RunningSluice sluice = sluice(upstream, 1)) {
            for (int i = 0; i < 2_100; i++) {
                assertThat(ask(sluice, "word-" + i, false).statusCode()).isEqualTo(200);
            }
            assertThat(longest).hasValueLessThanOrEqualTo(2_000);
            assertThat(upstream.connections).hasValueGreaterThan(1);
        }
    }

    /** Random byte streams on shared connections, many callers: each gets its own word or an error. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomByteStreamsNeverCrossCallers(long seed) throws IOException {
        Random random = new Random(seed);
        try (RawUpstream upstream = new RawUpstream((request, n, out) -> random(request, random, out));
                RunningSluice sluice = sluice(upstream, 1 + (int) (seed % 3))) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<CompletableFuture<Boolean>> callers = IntStream.range(0, 6)
                        .mapToObj(caller -> CompletableFuture.supplyAsync(() -> askOften(sluice, caller), threads))
                        .toList();
                long served = callers.stream().filter(CompletableFuture::join).count();
                assertThat(served).as("callers that were served at least once").isEqualTo(6);
            }
        }
    }

    private static boolean askOften(RunningSluice sluice, int caller) {
        boolean served = false;
        for (int i = 0; i < 20; i++) {
            String word = "word-" + (1000 * (caller + 1) + i);
            HttpResponse<String> response = ask(sluice, word, i % 2 == 0);
            assertThat(response.body()).doesNotContain(POISON);
            WORD.matcher(response.body())
                    .results()
                    .forEach(found -> assertThat(found.group()).isEqualTo(word));
            served |= response.statusCode() == 200 && response.body().contains(word);
        }
        return served;
    }

    private static boolean random(RawUpstream.Request request, Random random, OutputStream out) throws IOException {
        int choice;
        int cut;
        synchronized (random) {
            choice = random.nextInt(10);
            cut = random.nextInt(1, 100);
        }
        String right = respond(request);
        boolean stream = request.body().contains("\"stream\":true");
        String word = word(request);
        switch (choice) {
            case 0 -> out.write(bytes("HTTP/1.1 1" + cut % 10 + "9 Odd\r\n\r\n" + right));
            case 1 -> out.write(bytes(right + "HTTP/1.1 200 OK\r\n".substring(0, 1 + cut % 15)));
            case 2 -> out.write(bytes(right + (stream ? streamed(POISON) : sized(POISON))));
            case 3 -> {
                out.write(bytes(right.substring(0, right.length() - cut)));
                return false;
            }
            case 4 -> out.write(bytes(stream ? right : chunked(word, "x-trailer: " + POISON + "\r\n")));
            case 5 -> {
                out.write(bytes("HTTP/1.1 102\r\n\r\n"));
                out.flush();
                pause(cut / 10);
                out.write(bytes(right));
            }
            case 6 -> {
                return false;
            }
            case 7 -> out.write(bytes(right.replace("content-length: ", "content-length: 0\r\nx-real-length: ")));
            default -> {
                int half = right.length() / 2;
                out.write(bytes(right.substring(0, half)));
                out.flush();
                out.write(bytes(right.substring(half)));
            }
        }
        out.flush();
        return true;
    }
}
