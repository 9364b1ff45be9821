package dev.sluice.faults;

import static dev.sluice.faults.RawUpstream.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * All request bodies, whole responses and held-back streams take their bytes from one budget of 2 MiB. It refuses
 * clearly what does not fit, leaves room for other callers, and is returned at every end of a request.
 */
class MemoryIsSharedTest {

    private static final int BUDGET = 2 << 20;
    private static final int LARGE = 900_000;
    private static final Pattern MODEL = Pattern.compile("\"model\":\"(\\w+)(?:-(\\d+))?\"");
    private static final VirtualKeys CALLERS =
            new VirtualKeys().with("greedy", "").with("modest", "");

    private static RawUpstream upstream;
    private static RunningSluice sluice;
    private static NothingIsLeft rest;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        upstream = new RawUpstream((request, number, out) -> {
            Matcher model = MODEL.matcher(request.body());
            assertThat(model.find()).isTrue();
            return respond(model.group(1), model.group(2) == null ? 1 : Integer.parseInt(model.group(2)), out);
        });
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 }, max_buffered: 2MiB, timeouts: { body: 1s } }
            store: { url: "sqlite:%3$s/sluice.db" }
            providers:
              up:
                type: openai_compatible
                base_url: "http://127.0.0.1:%1$d/v1"
                retry: { attempts: 1 }
                breaker: { min_calls: 100000 }
                timeouts: { first_byte: 1s, response: 1s, idle: 700ms }
              spare:
                type: openai_compatible
                base_url: "http://127.0.0.1:%1$d/v1"
                retry: { attempts: 1 }
                breaker: { min_calls: 100000 }
            models:
              over: { targets: [ { provider: up, model: whole-1500000 }, { provider: spare, model: whole-5 } ] }
              hedged:
                hedge: { after: 50ms }
                targets: [ { provider: up, model: late-200000 }, { provider: spare, model: whole-300000 } ]
              held:
                on_stream_failure: hold
                hold: { all: true }
                targets: [ { provider: up, model: stream-400000 } ]
              heldcut:
                on_stream_failure: hold
                hold: { all: true }
                targets: [ { provider: up, model: cutstream-400000 }, { provider: spare, model: stream-5 } ]
              heldfull:
                on_stream_failure: hold
                hold: { all: true }
                targets: [ { provider: up, model: stream-1500000 }, { provider: spare, model: stream-5 } ]
              heldearly:
                on_stream_failure: hold
                hold: { events: 100000, within: 10s }
                targets: [ { provider: up, model: stream-1500000 } ]
            %2$s
            """.formatted(upstream.port(), CALLERS.yaml(), folder), Map.of(), 2);
        rest = NothingIsLeft.of(sluice);
    }

    @AfterAll
    static void stop() throws IOException {
        sluice.close();
        upstream.close();
    }

    /** Whatever a test did, nothing is held when it is over. */
    @AfterEach
    void everythingIsReturned() {
        rest.check();
    }

    private static boolean respond(String model, int size, OutputStream out) throws IOException {
        switch (model) {
            case "whole" -> out.write(bytes(whole(size, size)));
            case "late" -> {
                LockSupport.parkNanos(200_000_000);
                out.write(bytes(whole(size, size)));
            }
            case "cut" -> {
                out.write(bytes(whole(size, 2 * size)));
                return false;
            }
            case "announced" -> {
                out.write(bytes(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 260000000\r\n\r\n{"));
                LockSupport.parkNanos(2_000_000_000L);
                return false;
            }
            case "error" ->
                out.write(bytes("HTTP/1.1 500 No\r\ncontent-length: " + size + "\r\n\r\n" + "x".repeat(size)));
            case "stream" -> out.write(bytes(streamed(size) + "data: [DONE]\n\n"));
            case "cutstream" -> out.write(bytes(streamed(size)));
            default -> throw new IllegalArgumentException(model);
        }
        return !model.endsWith("stream");
    }

    private static String whole(int size, int announced) {
        String body =
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"" + "y".repeat(size)
                        + "\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                + (body.length() + announced - size) + "\r\n\r\n" + body;
    }

    private static String streamed(int size) {
        StringBuilder events =
                new StringBuilder("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
        for (int left = size; left > 0; left -= 1000) {
            events.append("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"")
                    .append("z".repeat(Math.min(left, 1000)))
                    .append("\"},\"finish_reason\":")
                    .append(left <= 1000 ? "\"stop\"" : "null")
                    .append("}]}\n\n");
        }
        return events.toString();
    }

    private static JsonObject chat(String model, int promptBytes) {
        return ChatClient.request(model, "p".repeat(promptBytes));
    }

    private static HttpResponse<String> ask(String caller, JsonObject body) {
        return sluice.chat().chat(body, "authorization", CALLERS.bearer(caller));
    }

    /** Announces a body and sends only its beginning. */
    private static RawClient upload(String caller, int announced) throws IOException {
        return RawClient.connect(sluice.port())
                .send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                        + "authorization: " + CALLERS.bearer(caller) + "\r\ncontent-length: " + announced
                        + "\r\n\r\n{\"model\":\"up/whole\",");
    }

    private static void awaitUsed(long bytes) {
        await().untilAsserted(() -> assertThat(sluice.main().memory().used()).isEqualTo(bytes));
    }

    @Test
    void aBodyThatDoesNotFitIsRefusedBeforeItIsSentAndOtherCallersAreServed() throws IOException {
        try (RawClient first = upload("greedy", LARGE)) {
            awaitUsed(LARGE);
            try (RawClient second = upload("greedy", LARGE)) {
                String refused = second.readResponse(5_000);
                assertThat(refused)
                        .startsWith("HTTP/1.1 503 ")
                        .contains("\r\nretry-after: 1\r\n")
                        .contains("\"code\":\"memory_full\"")
                        .contains("server.max_buffered")
                        .doesNotContain("x-should-retry");
            }
            assertThat(ask("modest", chat("up/whole", 300_000)).statusCode()).isEqualTo(200);
            assertThat(ask("greedy", chat("up/whole", 1_000)).statusCode()).isEqualTo(200);
            first.send(" ");
        }
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedWhenItHasGrownTooLarge() throws IOException {
        try (RawClient first = upload("greedy", LARGE);
                RawClient second = RawClient.connect(sluice.port())) {
            awaitUsed(LARGE);
            second.send("POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                    + "authorization: " + CALLERS.bearer("greedy") + "\r\ntransfer-encoding: chunked\r\n\r\n"
                    + Integer.toHexString(400_000) + "\r\n" + "x".repeat(400_000));
            assertThat(second.readResponse(5_000)).startsWith("HTTP/1.1 503 ").contains("memory_full");
            first.send(" ");
        }
    }

    @Test
    void aBodyThatCanNeverFitIsTooLarge() throws IOException {
        try (RawClient client = upload("greedy", BUDGET / 2 + 1)) {
            assertThat(client.readResponse(5_000))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("1048576 bytes")
                    .contains("server.max_buffered");
        }
    }

    /** As a tree, such a body takes a hundred times its bytes. Where it passes as bytes, there is no tree. */
    @Test
    void theTreeOfABodyThatIsTranslatedIsCounted() {
        String dense = ("[".repeat(100) + "]".repeat(100) + ",").repeat(80);
        JsonObject body = chat("up/whole", 10).put("max_tokens", 9).put("x", new JsonArray("[" + dense + "1]"));

        assertThat(ask("modest", body).statusCode()).isEqualTo(200);
        HttpResponse<String> translated =
                sluice.chat().post("/messages", body.encode(), "authorization", CALLERS.bearer("modest"));

        assertThat(translated.statusCode()).isEqualTo(413);
        assertThat(translated.body()).contains("reading the values of a request body takes 20", "server.max_buffered");
    }

    @Test
    void anAnnouncedResponseIsNotAllocated() {
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(CompletableFuture.supplyAsync(() -> ask("greedy", chat("up/announced", 5))));
        }
        await().pollDelay(java.time.Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(sluice.main().memory().used()).isLessThanOrEqualTo(20 * 65_536L));
        assertThat(all.getFirst().join().statusCode()).isBetween(502, 504);
        all.forEach(CompletableFuture::join);
    }

    @Test
    void aResponseThatDoesNotFitIsMadeByTheNextTargetOrEndsClearly() {
        HttpResponse<String> alone = ask("greedy", chat("up/whole-1500000", 5));
        assertThat(alone.statusCode()).isEqualTo(503);
        assertThat(alone.headers().firstValue("retry-after")).contains("1");
        assertThat(new JsonObject(alone.body()).getJsonObject("error").getString("code"))
                .isEqualTo("memory_full");

        HttpResponse<String> over = ask("greedy", chat("over", 5));
        assertThat(over.statusCode()).isEqualTo(200);
        assertThat(over.headers().firstValue("x-sluice-provider")).contains("spare");
    }

    @Test
    void aStreamThatIsHeldToItsEndIsMadeByTheNextTargetAndOneThatIsNotIsCommittedEarly() {
        HttpResponse<String> full = ask("greedy", chat("heldfull", 5).put("stream", true));
        assertThat(full.headers().firstValue("x-sluice-provider")).contains("spare");
        assertThat(full.body()).endsWith("data: [DONE]\n\n");

        HttpResponse<String> early = ask("greedy", chat("heldearly", 5).put("stream", true));
        assertThat(early.headers().firstValue("x-sluice-provider")).contains("up");
        assertThat(early.body()).endsWith("data: [DONE]\n\n").hasSizeGreaterThan(1_500_000);
    }

    /** The upload is completed after its request has ended, when nothing else would delete it. */
    @Test
    void uploadsWhoseClientLeavesAtTheirEndAreDeleted() throws IOException {
        String form = "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nunknown\r\n--B--\r\n";
        for (int i = 0; i < 100; i++) {
            try (RawClient client = RawClient.connect(sluice.port())) {
                client.send("POST /v1/audio/transcriptions HTTP/1.1\r\nhost: localhost\r\nauthorization: "
                        + CALLERS.bearer("modest") + "\r\ncontent-type: multipart/form-data; boundary=B\r\n"
                        + "content-length: " + form.length() + "\r\n\r\n" + form);
            }
        }
    }

    /** @param status 0 for a stream that was cut */
    @ParameterizedTest
    @CsvSource({
        "up/whole-5, false, 200",
        "up/whole-300000, false, 200",
        "up/late-300000, false, 200",
        "up/cut-300000, false, 502",
        "up/error-300000, false, 502",
        "up/stream-300000, true, 200",
        "up/cutstream-300000, true, 200",
        "unknown, false, 404",
        "hedged, false, 200",
        "held, true, 200",
        "heldcut, true, 200"
    })
    void everythingIsReturnedAfter(String model, boolean stream, int status) {
        JsonObject body = chat(model, 200_000);
        HttpResponse<String> response = ask("modest", stream ? body.put("stream", true) : body);

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"up/late-300000, false", "up/announced, false", "held, true", "up/stream-1000000, true"})
    void everythingIsReturnedAfterTheClientHasLeft(String model, boolean stream) throws IOException {
        for (int millis = 0; millis <= 250; millis += 50) {
            JsonObject body = chat(model, 200_000).put("stream", stream);
            try (RawClient client = RawClient.connect(sluice.port(), 4096)) {
                client.post("/v1/chat/completions", body.encode(), "authorization: " + CALLERS.bearer("modest"));
                client.read(millis + 1, "zzz");
            }
        }
        // In the middle of a body, too; one that stalls is ended by its timeout.
        upload("modest", 300_000).close();
        try (RawClient stalled = upload("modest", 300_000)) {
            assertThat(stalled.readResponse(5_000)).startsWith("HTTP/1.1 408 ");
        }
    }
}
