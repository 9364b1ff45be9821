package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streamed and non-streamed requests end to end, with the simulator, which needs no key. */
class SimulatorServesEndToEndTest {

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              sluice: { type: simulator, models: [echo, lorem] }
            """);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @Test
    void wholeResponsesPassUnchanged() {
        HttpResponse<String> response =
                sluice.chat().chat(ChatClient.request("sluice/echo", "Hello there"), "x-request-id", "my-id-1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(response.body())
                        .getJsonArray("choices")
                        .getJsonObject(0)
                        .getJsonObject("message")
                        .getString("content"))
                .isEqualTo("Hello there");
        assertThat(response.headers().firstValue("x-request-id")).contains("my-id-1");
        assertThat(response.headers().firstValue("x-sluice-provider")).contains("sluice");
        assertThat(response.headers().firstValue("x-sluice-attempts")).contains("1");
        await().untilAsserted(() -> assertThat(sluice.accessLines())
                .anySatisfy(line -> assertThat(line.getString("request_id")).isEqualTo("my-id-1")));
    }

    @Test
    void streamsEndWithTheirMarkerAndHideUnrequestedUsage() {
        HttpResponse<String> response = sluice.chat()
                .chat(ChatClient.request("sluice/echo", "Hello there").put("stream", true));

        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        assertThat(ChatClient.chunks(response.body()))
                .isNotEmpty()
                .allSatisfy(chunk -> assertThat(chunk.getJsonArray("choices")).isNotEmpty());
    }

    @Test
    void modelsAreListed() {
        HttpResponse<String> response = sluice.chat().get("/models");

        assertThat(new JsonObject(response.body())
                        .getJsonArray("data").stream().map(model -> ((JsonObject) model).getString("id")))
                .containsExactly("sluice/echo", "sluice/lorem");
    }
}
