package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is resent once, and never more often, if the provider closes a pooled connection while it is sent. */
class StaleConnectionsAreRetriedOnceTest {

    private static final String BODY =
            "{\"id\":\"s\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"fresh\"},\"finish_reason\":\"stop\"}]}";
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + BODY.length() + "\r\n\r\n" + BODY;

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<NetSocket> waiting = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private RunningSluice sluice;

    /** What the provider does with a request: the n-th of its connection, n from 1. */
    private interface Manner {
        void take(NetSocket connection, int n);
    }

    private volatile Manner manner;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        NetServer provider = RunningSluice.await(vertx.createNetServer()
                .connectHandler(connection -> {
                    connections.incrementAndGet();
                    AtomicInteger n = new AtomicInteger();
                    connection.handler(bytes -> {
                        if (bytes.toString().startsWith("POST ")) {
                            requests.incrementAndGet();
                            manner.take(connection, n.incrementAndGet());
                        }
                    });
                })
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    providers:
                      up: { type: openai_compatible, base_url: "http://127.0.0.1:%d/v1", retry: { attempts: 1 } }
                    """.formatted(provider.actualPort()), java.util.Map.of(), 1);
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void aRequestLostOnAStaleConnectionSucceedsOnAnother() {
        manner = (connection, n) -> {
            if (n == 1) {
                connection.write(ANSWER);
            } else {
                connection.close();
            }
        };
        assertThat(ask().statusCode()).isEqualTo(200);

        HttpResponse<String> response = ask();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-sluice-attempts")).contains("2");
        assertThat(connections.get()).isEqualTo(2);
        assertThat(requests.get()).isEqualTo(3);
    }

    @Test
    void aFreshConnectionThatClosesIsNotStale() {
        manner = (connection, n) -> connection.close();

        HttpResponse<String> response = ask();

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(requests.get()).isEqualTo(1);
    }

    @Test
    void nonsenseOnAKeptConnectionIsNotRetried() {
        manner = (connection, n) -> connection.write(n == 1 ? ANSWER : "HTP/9.z 2OO fine\r\n\r\n");
        assertThat(ask().statusCode()).isEqualTo(200);

        assertThat(ask().statusCode()).isEqualTo(502);
        assertThat(requests.get()).isEqualTo(2);
    }

    /** A provider that closes later may have processed the request, and billed it. */
    @Test
    void aConnectionThatClosesLaterIsNotStale() {
        manner = (connection, n) -> {
            if (n == 1) {
                connection.write(ANSWER);
            } else {
                vertx.setTimer(400, later -> connection.close());
            }
        };
        assertThat(ask().statusCode()).isEqualTo(200);

        HttpResponse<String> response = ask();

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("x-sluice-attempts")).contains("1");
        assertThat(requests.get()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/batches", "/v1/files", "/passthrough/up/things"})
    void aRequestThatCreatesAResourceIsNeverSentTwice(String path) {
        manner = (connection, n) -> {
            if (n == 1) {
                connection.write(ANSWER);
            } else {
                connection.close();
            }
        };
        assertThat(ask().statusCode()).isEqualTo(200);

        HttpResponse<String> response = new ChatClient("http://127.0.0.1:" + sluice.port())
                .post(path, "{\"model\":\"up/any\"}", "x-sluice-provider", "up");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("x-sluice-attempts")).contains("1");
        assertThat(requests.get()).isEqualTo(2);
    }

    @Test
    void thereIsOneRetryHoweverManyConnectionsAreStale() {
        warm(5);
        manner = (connection, n) -> connection.close();
        int before = requests.get();

        HttpResponse<String> response = ask();

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(requests.get() - before).isEqualTo(2);
    }

    /** Leaves this number of idle connections in the pool. */
    private void warm(int count) {
        manner = (connection, n) -> waiting.add(connection);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var responses = IntStream.range(0, count)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::ask, threads))
                .toList();
        await().until(() -> waiting.size() == count);
        waiting.forEach(connection -> connection.write(ANSWER));
        responses.forEach(response -> assertThat(response.join().statusCode()).isEqualTo(200));
    }

    private HttpResponse<String> ask() {
        return sluice.chat().chat(ChatClient.request("up/any", "Hello"));
    }
}
