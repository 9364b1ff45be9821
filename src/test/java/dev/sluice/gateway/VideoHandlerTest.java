package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.media.VideoId;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Ids of videos are authenticated and belong to the key or team that created the video. */
class VideoHandlerTest {

    private static final VirtualKeys CALLERS = new VirtualKeys()
            .with("boss", "role: admin")
            .with("guest", "models: [films]")
            .with("other", "")
            .with("one", "team: red")
            .with("two", "team: red");

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
    void forgedIdsAreNotFound() {
        String id = film("boss", "ours/sora-2");
        assertThat(look("boss", id).statusCode()).isEqualTo(200);
        VideoId plain = VideoId.decode(id.substring(0, id.length() - 32));

        for (String forged : List.of(
                plain.encode(),
                VideoId.of("ours", "films", plain.value()).encode() + id.substring(id.length() - 32),
                id.substring(0, id.length() - 1) + (id.endsWith("A") ? "B" : "A"),
                "video_",
                "x")) {
            HttpResponse<String> response = look("other", forged);
            assertThat(response.statusCode()).as(forged).isEqualTo(404);
            assertThat(response.body()).contains("no such video");
        }
        assertThat(look("boss", plain.encode()).statusCode()).isEqualTo(404);
    }

    @Test
    void aVideoIsSeenByItsKeyItsTeamAndAdmins() {
        String own = film("guest", "films");
        String shared = film("one", "films");

        assertThat(look("other", own).statusCode()).isEqualTo(404);
        assertThat(look("one", own).statusCode()).isEqualTo(404);
        assertThat(look("boss", own).statusCode()).isEqualTo(200);
        assertThat(look("two", shared).statusCode()).isEqualTo(200);
        assertThat(look("guest", shared).statusCode()).isEqualTo(404);
        assertThat(new JsonObject(look("two", shared).body()).getString("id")).isEqualTo(shared);
        assertThat(sluice.chat()
                        .get("/videos/" + own + "/content", "authorization", CALLERS.bearer("other"))
                        .statusCode())
                .isEqualTo(404);
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
