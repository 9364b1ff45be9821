package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.http.exchange.AttemptLog;
import dev.sluice.model.AttemptRecord;
import dev.sluice.observe.Metrics;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An exchange ends, is recorded and leaves nothing open, whatever fails inside Sluice and at whatever point. */
class ExchangesAlwaysEndTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static final String HOST = "127.0.0.3";
    private static final int POINTS = 8;

    private static final Queue<AttemptRecord> ledger = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger countdown = new AtomicInteger();
    private static RunningSluice sluice;
    private static SecondListener listener;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: &up
                type: openai_compatible
                base_url: "%s"
                breaker: { min_calls: 100000 }
                retry: { attempts: 1 }
              other: *up
              built_in: { type: simulator }
            models:
              second: { targets: [{ provider: up, model: fault-status-500 }, { provider: other, model: echo }] }
              again: { targets: [{ provider: up, model: fault-status-500 }] }
              hedged:
                hedge: { after: 20ms }
                targets: [{ provider: up, model: lorem-5_slow-300ms }, { provider: other, model: echo }]
              goes_on:
                on_stream_failure: continue
                targets: [{ provider: up, model: lorem-20_fault-cut@3 }, { provider: other, model: echo }]
            """.formatted(simulator.baseUrl()));
        listener = new SecondListener(
                sluice, HOST, failing(AttemptLog.class, ledger::add), failing(Metrics.class, Metrics.off()));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        listener.close();
    }

    /** The call of a service that makes the countdown zero fails. */
    private static <T> T failing(Class<T> service, T real) {
        return service.cast(Proxy.newProxyInstance(
                service.getClassLoader(), new Class<?>[] {service}, (proxy, method, arguments) -> {
                    if (countdown.get() > 0 && countdown.decrementAndGet() == 0) {
                        throw new IllegalStateException("injected at " + method.getName());
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }

    private static Stream<Arguments> points() {
        return Stream.of("up/echo", "second", "again", "hedged", "goes_on", "up/lorem-20_fault-cut@3")
                .flatMap(model -> Stream.of(true, false)
                        .flatMap(stream -> IntStream.rangeClosed(1, POINTS)
                                .mapToObj(point -> Arguments.of(model, stream, point))));
    }

    @ParameterizedTest
    @MethodSource("points")
    void aFailureAtAnyPointEndsTheExchange(String model, boolean stream, int point) {
        String id = "at-" + model.replaceAll("[^a-z]", "-") + stream + point;
        countdown.set(point);
        try {
            ask(model, stream, id);
        } catch (UncheckedIOException cut) {
            assertThat(cut.getCause())
                    .as("the response is cut; a timeout would mean that it hangs")
                    .isNotInstanceOf(java.net.http.HttpTimeoutException.class);
        } finally {
            countdown.set(0);
        }
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(listener.lifecycle.openExchanges()).isZero());
        HttpResponse<String> next = ask("up/echo", stream, id + "-next");
        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(ledger.stream().filter(each -> each.requestId().equals(id + "-next")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/messages", "/chat/completions"})
    void anyNameOfAParameterFitsTheResponsesHead(String path) {
        for (boolean stream : new boolean[] {false, true}) {
            for (String name : List.of("a\\u0001b", "a\\r\\nx-evil: 1", "ä", "\\ud800", "a,b", "n".repeat(9_000))) {
                HttpResponse<String> response = listener.chat()
                        .post(
                                path,
                                "{\"model\":\"built_in/echo\",\"max_tokens\":5,\"stream\":" + stream
                                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"" + name + "\":1}");
                assertThat(response.statusCode()).as(name).isEqualTo(200);
                assertThat(response.headers().map()).doesNotContainKey("x-evil");
                assertThat(response.headers().firstValue("x-sluice-dropped").orElse(""))
                        .matches("[ -~]{0,100}");
            }
        }
    }

    @Test
    void manyDistinctNamesAreBounded() {
        StringBuilder blocks = new StringBuilder("{\"type\":\"text\",\"text\":\"hi\"}");
        for (int i = 0; i < 130_000; i++) {
            blocks.append(",{\"type\":\"t").append(i).append("\"}");
        }
        long start = System.nanoTime();
        HttpResponse<String> response = listener.chat()
                .post(
                        "/messages",
                        "{\"model\":\"built_in/echo\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":["
                                + blocks + "]}]}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-sluice-dropped").orElseThrow())
                .contains("messages.t0")
                .endsWith(",...")
                .hasSizeLessThan(33 * 70);
        assertThat(System.nanoTime() - start).as("quadratic would be minutes").isLessThan(15_000_000_000L);
    }

    private static HttpResponse<String> ask(String model, boolean stream, String id) {
        return listener.chat().chat(ChatClient.request(model, "Hello there").put("stream", stream), "x-request-id", id);
    }
}
