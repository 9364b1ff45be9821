package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams without an end marker, from a half-closed connection, or with keep-alive data in place of events. The
 * upstream is a plain socket, because HTTP servers do not send such streams.
 */
class IrregularStreamsAreReadTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    private static final String TEXT =
            "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                    + "\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n";
    private static final String EMPTY_REASON =
            "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"!\"},\"finish_reason\":\"\"}]}\n\n";
    private static final String FINISH =
            "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String USAGE = "data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
            + "\"completion_tokens\":7,\"total_tokens\":10}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    /** What is sent for each model; then silence, unless the model's name begins with {@code half}. */
    private static final Map<String, String> SCRIPTS = new ConcurrentHashMap<>(Map.ofEntries(
            Map.entry("silent-after-usage", HEAD + TEXT + FINISH + USAGE),
            Map.entry("silent-after-finish", HEAD + TEXT + FINISH),
            Map.entry("silent-after-empty-reason", HEAD + TEXT + EMPTY_REASON),
            Map.entry(
                    "half-closed-early",
                    HEAD.replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n")
                            + Integer.toHexString(TEXT.length()) + "\r\n" + TEXT + "\r\n"),
            Map.entry("half-closed-at-the-end", HEAD + TEXT + FINISH + USAGE),
            Map.entry("half-closed-before-the-head", ""),
            Map.entry(
                    "signs",
                    HEAD + "data: ping\n\ndata: : OPENROUTER PROCESSING\n\ndata:\n\n" + TEXT
                            + "data: keep-alive\n\nevent: heartbeat\ndata: ping\n\n: comment\n\n" + FINISH + USAGE
                            + DONE)));

    private static ServerSocket upstream;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() throws IOException {
        upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(IrregularStreamsAreReadTest::accept);
        String url = "http://127.0.0.1:" + upstream.getLocalPort() + "/v1";
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "%s"
                breaker: { min_calls: 1000 }
                timeouts: { idle: 3s }
            """.formatted(url));
    }

    @AfterAll
    static void stop() throws IOException {
        upstream.close();
        sluice.close();
    }

    @ParameterizedTest
    @CsvSource({"silent-after-usage, 7", "silent-after-finish,", "half-closed-at-the-end, 7", "signs, 7"})
    void aFinishedResponseCompletesPromptly(String model, Integer tokens) {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response = stream("/chat/completions", model, id);

        assertThat(response.body()).isEqualTo(TEXT + (model.equals("signs") ? ": comment\n\n" : "") + FINISH + DONE);
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("ok");
        assertThat(line.getInteger("completion_tokens")).isEqualTo(tokens);
        // not the idle timeout's doing
        assertThat(line.getInteger("duration_ms")).isLessThan(3_000);
        ObservedState.awaitInFlight(sluice, "up", 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent-after-usage", "silent-after-finish", "half-closed-at-the-end", "signs"})
    void translatedStreamsAreCompletePromptly(String model) {
        HttpResponse<String> response =
                stream("/messages", model, UUID.randomUUID().toString());

        assertThat(events(response.body()))
                .startsWith("message_start")
                .contains("content_block_delta")
                .endsWith("message_stop");
        assertThat(response.body()).contains("Hello").doesNotContain("event: error");
    }

    @ParameterizedTest
    @CsvSource({
        "silent-after-empty-reason, upstream_timeout",
        "half-closed-early, upstream_truncated",
        "half-closed-before-the-head, upstream_failed"
    })
    void anUnfinishedResponseIsAFailure(String model, String code) {
        HttpResponse<String> response =
                stream("/chat/completions", model, UUID.randomUUID().toString());

        List<JsonObject> chunks = response.statusCode() == 200
                ? ChatClient.chunks(response.body())
                : List.of(new JsonObject(response.body()));
        assertThat(chunks.getLast().getJsonObject("error").getString("code")).isEqualTo(code);
        assertThat(response.body()).doesNotContain("[DONE]");
        ObservedState.awaitInFlight(sluice, "up", 0);
    }

    @Test
    void theNextRequestIsServed() {
        stream("/chat/completions", "silent-after-finish", "first");

        HttpResponse<String> next = stream("/chat/completions", "signs", "second");

        assertThat(next.body()).endsWith(DONE);
    }

    private static List<String> events(String body) {
        return body.lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7))
                .collect(Collectors.toList());
    }

    private static HttpResponse<String> stream(String path, String model, String id) {
        JsonObject ask =
                ChatClient.request("up/" + model, "Hello").put("stream", true).put("max_tokens", 50);
        return sluice.chat().post(path, ask.encode(), "x-request-id", id);
    }

    private static void accept() {
        try {
            while (true) {
                Socket socket = upstream.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** One request, its script, and then nothing until the other side closes. */
    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            String model = null;
            byte[] chunk = new byte[8192];
            while (model == null) {
                int read = in.read(chunk);
                if (read < 0) {
                    return;
                }
                request.append(new String(chunk, 0, read, UTF_8));
                model = SCRIPTS.keySet().stream()
                        .filter(name -> request.indexOf("\"" + name + "\"") >= 0)
                        .findFirst()
                        .orElse(null);
            }
            socket.getOutputStream().write(SCRIPTS.get(model).getBytes(UTF_8));
            if (model.startsWith("half")) {
                socket.shutdownOutput();
            }
            while (in.read(chunk) >= 0) {
                // the rest of the request, and the other side's end
            }
        } catch (IOException gone) {
            // it may well be reset
        }
    }
}
