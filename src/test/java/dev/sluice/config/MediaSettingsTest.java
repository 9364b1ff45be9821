package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Dialects;
import dev.sluice.protocol.media.VideoId;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.Crossing;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From a stanza of the config to the path and body of a request that is no conversation. */
class MediaSettingsTest {

    @Test
    void aSurfaceThatIsNotOfferedHasNoCrossing() {
        assertThat(Dialects.crossing(embeddings(), settings("deepseek"), "m", 0))
                .isNull();
        assertThat(Dialects.crossing(embeddings(), settings("openai"), "m", 0)).isNotNull();
    }

    @Test
    void aPollGoesToThePathOfItsVideo() {
        ProviderSettings grok = settings("grok");
        ClientRequest poll = VideoId.of("p", "vid", "a/b").request(Surface.VIDEO);

        Crossing crossing = Dialects.crossing(poll, grok, "grok-imagine-video-1.5", 0);

        assertThat(crossing.method()).isEqualTo("GET");
        assertThat(grok.pathFor(crossing.path(), "grok-imagine-video-1.5", crossing.id()))
                .isEqualTo("/v1/videos/a%2Fb");
        assertThat(crossing.body().length()).isZero();
    }

    @Test
    void soundMayComeWhereSoundWasAskedForOnly() {
        ClientRequest speech = new RequestReader(
                        Surface.SPEECH, ByteSlice.of("{\"model\":\"m\",\"input\":\"a\",\"voice\":\"v\"}"))
                .read();

        assertThat(Dialects.crossing(speech, settings("openai"), "m", 0).accepts("audio/mpeg"))
                .isTrue();
        Crossing crossing = Dialects.crossing(embeddings(), settings("openai"), "m", 0);
        assertThat(crossing.accepts("audio/mpeg")).isFalse();
        assertThat(crossing.accepts("application/json; charset=utf-8")).isTrue();
        assertThat(crossing.accepts("")).isTrue();
    }

    private static ClientRequest embeddings() {
        return new RequestReader(Surface.EMBEDDINGS, ByteSlice.of("{\"model\":\"m\",\"input\":\"a\"}")).read();
    }

    private static ProviderSettings settings(String type) {
        Map<String, String> env = Map.of("OPENAI_API_KEY", "k", "DEEPSEEK_API_KEY", "k", "XAI_API_KEY", "k");
        SluiceConfig config = Configs.accepted("providers: { p: { type: " + type + " } }", env)
                .config();
        return ProviderSettings.of("p", config.providers().get("p"));
    }
}
