package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One request for the list of models does not open a connection to each of many providers at once. */
class ManyProvidersAreListedInTurnTest {

    private static final int PROVIDERS = 200;
    private static final int LIMIT = 64;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void listsAreFetchedWithALimitAndTheConnectionsAreClosed() {
        Vertx vertx = Vertx.vertx();
        HttpServer upstream = RunningSluice.await(vertx.createHttpServer()
                .connectionHandler(connection -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    connection.closeHandler(closed -> open.decrementAndGet());
                })
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    vertx.setTimer(50, tick -> request.response().end("{\"data\":[{\"id\":\"m\"}]}"));
                })
                .listen(0, "127.0.0.1"));
        StringBuilder providers = new StringBuilder("providers:\n");
        for (int i = 0; i < PROVIDERS; i++) {
            providers
                    .append("  p")
                    .append(i)
                    .append(": { type: openai_compatible, base_url: \"http://127.0.0.1:")
                    .append(upstream.actualPort())
                    .append("/v1\" }\n");
        }
        try (RunningSluice sluice = RunningSluice.start(RunningSluice.EPHEMERAL + providers)) {
            assertThat(sluice.chat().get("/models").statusCode()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(requests).hasValue(PROVIDERS));
            await().untilAsserted(() -> assertThat(open).hasValue(0));
            // A connection that is being closed may still be counted.
            assertThat(most.get()).isBetween(2, 2 * LIMIT);
            await().untilAsserted(() -> assertThat(sluice.chat().get("/models").body())
                    .contains("\"p0/m\"", "\"p" + (PROVIDERS - 1) + "/m\""));
        } finally {
            RunningSluice.await(vertx.close());
        }
    }
}
