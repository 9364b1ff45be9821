package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Model lists longer than OpenRouter's are accepted, up to a bound. */
class ModelListsAreBoundedTest {

    private static final int MANY = 5_000;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void megabytesAreListedWhole() {
        JsonArray models = new JsonArray();
        IntStream.range(0, MANY)
                .forEach(i -> models.add(new JsonObject()
                        .put("id", "maker/model-" + i)
                        .put("name", "Model " + i)
                        .put("description", "x".repeat(600))
                        .put(
                                "pricing",
                                new JsonObject().put("prompt", "0.000001").put("completion", "0.000002"))));
        Buffer body = new JsonObject().put("data", models).toBuffer();

        try (RunningSluice sluice = before(request -> request.response().end(body))) {
            JsonArray listed = list(sluice).getJsonArray("data");

            assertThat(body.length()).isGreaterThan(3_000_000);
            assertThat(listed).hasSize(MANY);
            assertThat(listed.getJsonObject(MANY - 1).getJsonObject("prices").getDouble("output"))
                    .isEqualTo(2);
        }
    }

    @Test
    void anEndlessListIsGivenUpAndItsConnectionClosed() {
        AtomicInteger closed = new AtomicInteger();
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = before(request -> {
                    request.connection().closeHandler(v -> closed.incrementAndGet());
                    request.response().setChunked(true);
                    pour(request.response());
                })) {
            await().untilAsserted(() -> {
                assertThat(list(sluice).getJsonArray("data")).isEmpty();
                assertThat(log.lines()).anyMatch(line -> line.endsWith("sent more than 16777216 bytes"));
            });
            await().untilAsserted(() -> assertThat(closed).hasValue(1));
        }
    }

    @Test
    void pagesWithoutEndAreGivenUp() {
        AtomicInteger asked = new AtomicInteger();
        try (CapturedLog log = CapturedLog.open();
                RunningSluice sluice = before(request -> request.response()
                        .end("{\"models\":[{\"name\":\"m" + asked.incrementAndGet()
                                + "\"}],\"nextPageToken\":\"a&b\"}"))) {
            await().untilAsserted(() -> {
                assertThat(list(sluice).getJsonArray("data")).isEmpty();
                assertThat(log.lines()).anyMatch(line -> line.endsWith("its model list has more than 20 pages"));
            });
            assertThat(asked).hasValue(20);
        }
    }

    private static void pour(HttpServerResponse response) {
        Buffer chunk = Buffer.buffer(" ".repeat(256 * 1024));
        while (!response.closed() && !response.writeQueueFull()) {
            response.write(chunk);
        }
        if (!response.closed()) {
            response.drainHandler(v -> pour(response));
        }
    }

    private RunningSluice before(Handler<HttpServerRequest> provider) {
        HttpServer server = RunningSluice.await(
                vertx.createHttpServer().requestHandler(provider).listen(0, "127.0.0.1"));
        return RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up: { type: openai_compatible, base_url: "http://127.0.0.1:%d/v1" }
            """.formatted(server.actualPort()));
    }

    private static JsonObject list(RunningSluice sluice) {
        return new JsonObject(sluice.chat().get("/models").body());
    }
}
