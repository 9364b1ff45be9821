package dev.sluice.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.VirtualKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process with 256 MiB of heap that ends when memory runs out survives callers and providers who try to fill it.
 * Meanwhile another caller is served, and afterwards nothing is held.
 */
class HostileCallersIT {

    private static final int MANY = 30;
    private static final int BODY = 19_000_000;
    private static final int HELD = 14_000_000;
    private static final VirtualKeys CALLERS =
            new VirtualKeys().with("greedy", "").with("modest", "");
    private static final String COMPLETION =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"served\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";

    @TempDir
    static Path folder;

    private static HttpServer upstream;
    private static ExecutorService threads;
    private static SluiceProcess sluice;
    private static NothingIsLeft rest;

    @BeforeAll
    static void start() throws IOException {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        upstream.setExecutor(threads);
        upstream.createContext("/", HostileCallersIT::respond);
        upstream.start();
        Path config = Files.writeString(folder.resolve("sluice.yaml"), """
            server: { port: 0, admin: { port: 0 }, timeouts: { body: 8s, upload: 3s } }
            store: { url: "sqlite:%3$s/sluice.db" }
            providers:
              up: { type: openai_compatible, base_url: "http://127.0.0.1:%1$d/v1" }
              bad:
                type: openai_compatible
                base_url: "http://127.0.0.1:%1$d/v1"
                retry: { attempts: 1 }
                breaker: { min_calls: 100000 }
                timeouts: { idle: 2s }
              claude: { type: anthropic, base_url: "http://127.0.0.1:%1$d/v1", api_keys: [ { key: unused } ] }
            models:
              held:
                on_stream_failure: hold
                hold: { all: true }
                targets: [ { provider: bad, model: held } ]
            %2$s
            """.formatted(
                        upstream.getAddress().getPort(), CALLERS.yaml(), folder));
        sluice = SluiceProcess.serve(Map.of("JDK_JAVA_OPTIONS", "-XX:+ExitOnOutOfMemoryError"), config);
        rest = NothingIsLeft.at(sluice.adminUrl());
    }

    @AfterAll
    static void stop() {
        sluice.close();
        upstream.stop(0);
        threads.shutdownNow();
    }

    @AfterEach
    void theProcessLivesAndHoldsNothing() {
        assertThat(status("greedy")).isEqualTo(200);
        rest.check();
        assertThat(sluice.alive()).isTrue();
    }

    private static void respond(HttpExchange exchange) throws IOException {
        try (exchange) {
            InputStream in = exchange.getRequestBody();
            String start = new String(in.readNBytes(64), ISO_8859_1);
            in.transferTo(OutputStream.nullOutputStream());
            if (start.contains("\"announced\"")) {
                exchange.getResponseHeaders().set("content-type", "application/json");
                exchange.sendResponseHeaders(200, 260_000_000);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            } else if (start.contains("\"held\"")) {
                exchange.getResponseHeaders().set("content-type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                byte[] event =
                        ("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                                        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "z".repeat(9_000)
                                        + "\"},\"finish_reason\":null}]}\n\n")
                                .getBytes(ISO_8859_1);
                for (int sent = 0; sent < HELD; sent += event.length) {
                    exchange.getResponseBody().write(event);
                }
                exchange.getResponseBody().flush();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            } else {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                exchange.getResponseHeaders().set("content-type", "application/json");
                byte[] body = COMPLETION.getBytes(ISO_8859_1);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static int status(String caller) {
        return sluice.chat()
                .chat(ChatClient.request("up/m", "hello"), "authorization", CALLERS.bearer(caller))
                .statusCode();
    }

    /** Sends so many requests at once and returns their statuses; 0 for a connection that was cut. */
    private static List<Integer> atOnce(int number, Callable<Integer> request) throws Exception {
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            all.add(threads.submit(request));
        }
        List<Integer> statuses = new ArrayList<>();
        while (!all.stream().allMatch(Future::isDone)) {
            assertThat(status("modest")).as("another caller's request").isEqualTo(200);
        }
        for (Future<Integer> each : all) {
            statuses.add(each.get());
        }
        return statuses;
    }

    private static Socket post(String path, String type, long length) throws IOException {
        Socket socket = new Socket("127.0.0.1", sluice.port());
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(("POST " + path + " HTTP/1.1\r\nhost: localhost\r\ncontent-type: " + type + "\r\nauthorization: "
                                + CALLERS.bearer("greedy") + "\r\ncontent-length: " + length + "\r\n\r\n")
                        .getBytes(ISO_8859_1));
        return socket;
    }

    private static int readStatus(Socket socket) throws IOException {
        String line = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
        return line.length() < 12 ? 0 : Integer.parseInt(line.substring(9));
    }

    private static int send(byte[] body) throws IOException {
        try (Socket socket = post("/v1/chat/completions", "application/json", body.length)) {
            try {
                socket.getOutputStream().write(body);
            } catch (IOException refused) {
                // The response may be there all the same.
                return readStatus(socket);
            }
            return readStatus(socket);
        } catch (IOException cut) {
            return 0;
        }
    }

    private static byte[] chat(String model, int size, boolean stream) {
        String start = "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"max_tokens\":5,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"";
        byte[] body = new byte[size];
        Arrays.fill(body, (byte) 'p');
        byte[] head = start.getBytes(ISO_8859_1);
        byte[] tail = "\"}]}".getBytes(ISO_8859_1);
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(tail, 0, body, size - tail.length, tail.length);
        return body;
    }

    private static Predicate<Integer> oneOf(Integer... statuses) {
        return List.of(statuses)::contains;
    }

    @Test
    void manyLargeBodiesAtOnce() throws Exception {
        byte[] body = chat("up/m", BODY, false);

        List<Integer> statuses = atOnce(MANY, () -> send(body));

        assertThat(statuses).allMatch(oneOf(200, 503, 0)).contains(200);
    }

    @Test
    void manyLargeBodiesThatAreTranslated() throws Exception {
        byte[] body = chat("claude/m", BODY, false);

        // The provider speaks another format: its response is refused, after the request was translated and sent.
        assertThat(atOnce(MANY, () -> send(body))).allMatch(oneOf(502, 503, 0)).contains(502);
    }

    @Test
    void responsesThatAnnounceMoreThanTheHeap() throws Exception {
        byte[] body = chat("bad/announced", 200, false);

        assertThat(atOnce(MANY, () -> send(body))).allMatch(oneOf(502, 503, 504));
    }

    @Test
    void manyStreamsHeldBackToTheirEnd() throws Exception {
        byte[] body = chat("held", 200, true);

        assertThat(atOnce(MANY, () -> send(body)))
                .allMatch(oneOf(502, 503, 504))
                .contains(503);
    }

    @Test
    void uploadsThatNeverEnd() throws Exception {
        byte[] start = "--x\r\n".getBytes(ISO_8859_1);

        List<Integer> statuses = atOnce(100, () -> {
            try (Socket socket = post("/v1/audio/transcriptions", "multipart/form-data; boundary=x", 1_000_000)) {
                socket.getOutputStream().write(start);
                socket.setSoTimeout(200);
                for (int i = 0; i < 50; i++) {
                    socket.getOutputStream().write('x');
                    try {
                        return readStatus(socket);
                    } catch (java.net.SocketTimeoutException waiting) {
                        // No response yet: one more byte.
                    }
                }
                return -1;
            } catch (IOException cut) {
                return 0;
            }
        });

        assertThat(statuses).allMatch(oneOf(408, 503, 0)).contains(408, 503);
    }
}
