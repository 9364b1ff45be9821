package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider with an open breaker is checked by listing its models, which is free, until it responds again. */
class HealthChecksCloseBreakersTest {

    private static final String ANSWER =
            "{\"id\":\"h\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                + "\"content\":\"back\"},\"finish_reason\":\"stop\"}]}";

    private final AtomicInteger status = new AtomicInteger(503);
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private Vertx vertx;
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        HttpServer upstream = RunningSluice.await(
                vertx.createHttpServer().requestHandler(this::response).listen(0, "127.0.0.1"));
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: "http://127.0.0.1:%d/v1"
                models_ttl: 0s
                breaker: { min_calls: 5, window: 60s, open_duration: 3s, jitter: 0 }
            """.formatted(upstream.actualPort()));
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void noRequestIsSentBeforeTheHealthCheckSucceeds() {
        for (int i = 0; i < 5; i++) {
            ask();
        }
        assertThat(looks).hasValue(0);
        // Longer than open_duration: time alone does not bring it back while it is seen to be away.
        await().atMost(Duration.ofSeconds(20)).until(() -> looks.get() >= 4);
        assertThat(breaker()).isEqualTo("open");
        assertThat(ask()).isEqualTo(503);
        assertThat(calls).hasValue(5);

        status.set(200);

        await().atMost(Duration.ofSeconds(20)).until(() -> breaker().equals("half_open"));
        int seen = looks.get();
        assertThat(ask()).isEqualTo(200);
        assertThat(breaker()).isEqualTo("closed");
        assertThat(calls).hasValue(6);
        assertThat(looks).hasValue(seen);
    }

    private void response(HttpServerRequest request) {
        boolean free = request.method() == HttpMethod.GET;
        (free ? looks : calls).incrementAndGet();
        request.body()
                .onSuccess(body -> request.response()
                        .setStatusCode(status.get())
                        .putHeader("content-type", "application/json")
                        .end(free ? "{\"object\":\"list\",\"data\":[]}" : ANSWER));
    }

    private int ask() {
        return sluice.chat().chat(ChatClient.request("up/any", "Hello")).statusCode();
    }

    private String breaker() {
        return ObservedState.provider(sluice, "up").getString("breaker");
    }
}
