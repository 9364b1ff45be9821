package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A resumed stream may diverge from the first response, or its client may have disconnected. */
class ContinuedStreamsAreCheckedTest {

    private static final String BEGINNING = "It was a bright cold day in April, and the clocks were striking thirteen;"
            + " Winston Smith, his chin nuzzled into his breast";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger hangUps = new AtomicInteger();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private RunningSluice sluice;

    /** The one target says the beginning and is cut, the other says what its model's name asks for, and then waits. */
    @BeforeEach
    void start() {
        HttpServer server = RunningSluice.await(
                vertx.createHttpServer().requestHandler(this::response).listen(0, "127.0.0.1"));
        String url = "http://127.0.0.1:" + server.actualPort() + "/v1";
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              first: { type: openai_compatible, base_url: "%s" }
              second: { type: openai_compatible, base_url: "%s" }
            models:
              again:
                on_stream_failure: continue
                targets: [{ provider: first, model: cut }, { provider: second, model: again }]
              on:
                on_stream_failure: continue
                targets: [{ provider: first, model: cut }, { provider: second, model: goes-on }]
            """.formatted(url, url));
    }

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void divergedStreamsAreStoppedWithTheFirstFailure() {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response =
                sluice.chat().chat(ChatClient.request("again", "Hello").put("stream", true), "x-request-id", id);

        assertThat(response.body()).doesNotContain("another story").doesNotContain("[DONE]");
        JsonObject last = ChatClient.chunks(response.body()).getLast();
        assertThat(last.getJsonObject("error").getString("code")).isEqualTo("upstream_truncated");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(hangUps).hasValue(1));
        assertThat(asked).containsExactly("cut", "again");
        assertThat(ObservedState.accessLine(sluice, id).getString("outcome")).isEqualTo("failed");
        ObservedState.awaitInFlight(sluice, "second", 0);
    }

    @Test
    void clientDisconnectsCancelTheContinuation() throws IOException {
        String id = UUID.randomUUID().toString();
        try (RawClient leaving = RawClient.connect(sluice.port())) {
            leaving.post(
                    "/v1/chat/completions",
                    ChatClient.request("on", "Hello").put("stream", true).encode(),
                    "x-request-id: " + id);
            await().atMost(Duration.ofSeconds(5)).until(() -> asked.size() == 2);
        }

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(hangUps).hasValue(1));
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("cancelled");
        ObservedState.awaitInFlight(sluice, "first", 0);
        ObservedState.awaitInFlight(sluice, "second", 0);
    }

    private void response(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String model = body.toJsonObject().getString("model");
            asked.add(model);
            HttpServerResponse response =
                    request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            response.write(chunk(BEGINNING + (model.equals("cut") ? " in an effort" : "")));
            switch (model) {
                case "cut" -> response.end();
                case "again" -> {
                    response.closeHandler(closed -> hangUps.incrementAndGet());
                    response.write(chunk(", told another story"));
                }
                default -> response.closeHandler(closed -> hangUps.incrementAndGet());
            }
        });
    }

    private static String chunk(String words) {
        JsonObject delta = new JsonObject().put("role", "assistant").put("content", words);
        return "data:"
            + " {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"delta\":" + delta.encode() + ",\"finish_reason\":null}]}\n\n";
    }
}
