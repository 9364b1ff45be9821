package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.media.VideoId;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.ProviderCodec;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Paths and codecs of media requests, by the provider's configuration. */
class MediaSettingsTest {

    @Test
    void aSurfaceThatIsNotOfferedHasNoCodec() {
        assertThat(Protocols.codecFor(embeddings(), settings("deepseek"), "m", 0))
                .isNull();
        assertThat(Protocols.codecFor(embeddings(), settings("openai"), "m", 0)).isNotNull();
    }

    @Test
    void aPollGoesToThePathOfItsVideo() {
        ProviderSettings grok = settings("grok");
        ClientRequest poll = VideoId.of("p", "vid", "a/b").request(Surface.VIDEO);

        ProviderCodec codec = Protocols.codecFor(poll, grok, "grok-imagine-video-1.5", 0);

        assertThat(codec.method()).isEqualTo("GET");
        assertThat(grok.pathFor(codec.path(), "grok-imagine-video-1.5", codec.id()))
                .isEqualTo("/v1/videos/a%2Fb");
        assertThat(codec.body().length()).isZero();
    }

    @Test
    void audioResponsesAreAcceptedOnlyForAudioRequests() {
        ClientRequest speech = new RequestReader(
                        Surface.SPEECH, ByteSlice.of("{\"model\":\"m\",\"input\":\"a\",\"voice\":\"v\"}"))
                .read();

        assertThat(Protocols.codecFor(speech, settings("openai"), "m", 0).accepts("audio/mpeg"))
                .isTrue();
        ProviderCodec codec = Protocols.codecFor(embeddings(), settings("openai"), "m", 0);
        assertThat(codec.accepts("audio/mpeg")).isFalse();
        assertThat(codec.accepts("application/json; charset=utf-8")).isTrue();
        assertThat(codec.accepts("")).isTrue();
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
