package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.media.VideoId;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Video ids are not signed: a forged id gives no access beyond that of the caller's key. */
class VideoHandlerTest {

    private static final VirtualKeys CALLERS =
            new VirtualKeys().with("boss", "").with("guest", "models: [films]");

    private static OpenAiMock theirs;
    private static OpenAiMock ours;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        theirs = OpenAiMock.open();
        ours = OpenAiMock.open();
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL
                + """
                providers:
                  theirs: { type: openai_compatible, base_url: "%s", api_keys: [{ key: "%s" }] }
                  ours: { type: openai_compatible, base_url: "%s", api_keys: [{ key: "%s" }] }
                models:
                  films: { targets: [{ provider: theirs, model: sora-2 }] }
                """.formatted(theirs.baseUrl(), theirs.key(), ours.baseUrl(), ours.key())
                + CALLERS.yaml());
    }

    @AfterAll
    static void stop() {
        sluice.close();
        theirs.close();
        ours.close();
    }

    @Test
    void idsThatNameAnotherProviderAreNotFound() {
        String secret = film("boss", "ours/sora-2");
        VideoId made = VideoId.decode(secret);
        assertThat(look("boss", secret).statusCode()).isEqualTo(200);

        assertThat(look("guest", secret).statusCode()).isIn(403, 404);
        String forged = VideoId.of("ours", "films", made.value()).encode();
        HttpResponse<String> answer = look("guest", forged);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(answer.body()).contains("no such video");
        assertThat(look("boss", forged).statusCode())
                .as("the id is valid; the key does not allow the provider")
                .isEqualTo(200);
    }

    @Test
    void videosOfTheNamedModelAreFound() {
        assertThat(look("guest", film("guest", "films")).statusCode()).isEqualTo(200);
    }

    @Test
    void routingOverridesDoNotMoveAVideoToAnotherProvider() {
        String id = film("guest", "films");

        assertThat(sluice.chat()
                        .get(
                                "/videos/" + id,
                                "authorization",
                                CALLERS.bearer("guest"),
                                "x-sluice-only",
                                "ours",
                                "x-sluice-strategy",
                                "no-strategy")
                        .statusCode())
                .isEqualTo(200);
    }

    private static String film(String caller, String model) {
        HttpResponse<String> made = sluice.chat()
                .post(
                        "/videos",
                        new JsonObject()
                                .put("model", model)
                                .put("prompt", "a cat")
                                .encode(),
                        "authorization",
                        CALLERS.bearer(caller));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return new JsonObject(made.body()).getString("id");
    }

    private static HttpResponse<String> look(String caller, String id) {
        return sluice.chat().get("/videos/" + id, "authorization", CALLERS.bearer(caller));
    }
}
