package dev.sluice.http.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.stream.WorkerPool;
import dev.sluice.testkit.RunningSluice;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversations and token counts pass the same steps, and large bodies are processed off the event loop. */
@Timeout(60)
class RequestPipelineTest {

    private static final String EVENT_LOOP = "vert.x-eventloop";

    /** A sample may miss a method that takes milliseconds: requests are repeated until one has hit it. */
    private static final int MOST_REQUESTS = 500;

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              one: { type: simulator }
              two: { type: simulator }
            models:
              both: { targets: [{ provider: one, model: echo }, { provider: two, model: echo }] }
              clean:
                targets: [{ provider: one, model: echo }]
                sanitize:
                  redact: [email, phone, credit_card, iban, ip_address]
                  block: ["forbidden word$"]
            """);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @ParameterizedTest
    @CsvSource({"/chat/completions", "/messages/count_tokens", "/responses/input_tokens"})
    void largeBodiesAreReadOnWorkerThreads(String path) throws InterruptedException {
        String body = body(path, "unknown-model", "word ".repeat(2 * WorkerPool.INLINE_BYTES), "");

        try (StackSampler sampler = new StackSampler(RequestReader.class, "read")) {
            for (int i = 0; i < 5 || sampler.sawNothing() && i < MOST_REQUESTS; i++) {
                HttpResponse<String> response = sluice.chat().post(path, body);
                assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
            }
            assertThat(sampler.stop()).isNotEmpty().noneMatch(thread -> thread.startsWith(EVENT_LOOP));
        }
    }

    @ParameterizedTest
    @CsvSource({"/chat/completions", "/messages/count_tokens", "/responses/input_tokens"})
    void largePromptsAreSanitizedOnWorkerThreads(String path) throws InterruptedException {
        String text = "mail a@example.com ".repeat(2 * Sanitizer.INLINE_BYTES) + "forbidden word";
        String body = body(path, "clean", text, "");

        try (StackSampler sampler = new StackSampler(Sanitizer.class, "prompt")) {
            for (int i = 0; i < 5 || sampler.sawNothing() && i < MOST_REQUESTS; i++) {
                HttpResponse<String> response = sluice.chat().post(path, body);
                assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            }
            assertThat(sampler.stop()).isNotEmpty().noneMatch(thread -> thread.startsWith(EVENT_LOOP));
        }
    }

    @ParameterizedTest
    @CsvSource({"/chat/completions", "/messages/count_tokens", "/responses/input_tokens"})
    void wrongRoutingOverridesAreRefused(String path) {
        String plain = body(path, "both", "hi", "");
        String member = body(path, "both", "hi", ",\"sluice\":{\"only\":[\"three\"]}");

        assertRefused(sluice.chat().post(path, plain, "x-sluice-strategy", "luck"), "x-sluice-strategy");
        assertRefused(sluice.chat().post(path, plain, "x-sluice-only", "three"), "x-sluice-only");
        assertRefused(sluice.chat().post(path, member), "sluice.only");
    }

    private static void assertRefused(HttpResponse<String> response, String parameter) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(parameter);
    }

    private static String body(String path, String model, String text, String more) {
        String content = path.startsWith("/responses")
                ? "\"input\":\"" + text + "\""
                : "\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]";
        return "{\"model\":\"" + model + "\"," + content + more + "}";
    }

    /** Collects the names of the threads that are seen in a method. */
    private static final class StackSampler implements AutoCloseable {

        private final Set<String> threads = new ConcurrentSkipListSet<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final Thread thread;

        StackSampler(Class<?> type, String method) {
            thread = Thread.ofPlatform().daemon().start(() -> {
                while (!stopped.get()) {
                    Thread.getAllStackTraces().forEach((sampled, stack) -> {
                        for (StackTraceElement frame : stack) {
                            if (frame.getClassName().equals(type.getName())
                                    && frame.getMethodName().equals(method)) {
                                threads.add(sampled.getName());
                            }
                        }
                    });
                }
            });
        }

        boolean sawNothing() {
            return threads.isEmpty();
        }

        Set<String> stop() throws InterruptedException {
            stopped.set(true);
            thread.join();
            return threads;
        }

        @Override
        public void close() {
            stopped.set(true);
        }
    }
}
