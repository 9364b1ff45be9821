package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Video ids decode to what was encoded, and forged ids are not found. */
class VideoIdTest {

    @Property(tries = 200)
    void anIdDecodesToWhatWasEncoded(
            @ForAll @StringLength(min = 1, max = 200) @CharRange(from = '!', to = '~') String theirs) {
        VideoId id = VideoId.of("openrouter-2", "google/veo-3", theirs);

        String text = id.encode();

        assertThat(text).matches("[A-Za-z0-9_-]+");
        assertThat(VideoId.decode(text)).isEqualTo(id);
    }

    @Property(tries = 500)
    void everyOtherTextIsNotFound(@ForAll String text) {
        for (String guess : new String[] {text, "video_" + text, id(text)}) {
            assertThat(refused(guess)).isEqualTo(Kind.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u\np\nm\n0\njavascript:alert(1)",
                "u\np\nm\n0\nhttps://a b",
                "u\np\nm\n0\nhttps://a\rx",
                "u\nP\nm\n0\nhttps://a",
                "u\np\nm m\n0\nhttps://a",
                "u\np\nm\n01\nhttps://a",
                "x\np\nm\n0\nhttps://a",
                "i\np\nm\n0\n",
                "i\np\nm\n0\na\nb",
            })
    void aForgedIdIsNotFound(String content) {
        assertThat(refused(id(content))).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void aPollUsesTheProvidersId() {
        ClientRequest request = VideoId.of("p", "vid", "a\"/b").request(Surface.VIDEO);

        assertThat(request.model()).isEqualTo("vid");
        assertThat(VideoId.upstreamId(request)).isEqualTo("a\"/b");
    }

    @Test
    void aFinishedVideoIsNotPolled() {
        VideoId id = VideoId.finished("p", "vid", 17, "https://host/x.mp4");

        assertThat(VideoId.decode(id.encode()).completed().toText())
                .isEqualTo("{\"id\":" + Json.text(Json.object().textNode(id.encode()))
                        + ",\"object\":\"video\",\"created_at\":17,\"status\":\"completed\",\"progress\":100,"
                        + "\"model\":\"vid\",\"completed_at\":null,\"error\":null,\"expires_at\":null,"
                        + "\"prompt\":null,\"remixed_from_video_id\":null}");
    }

    @Test
    void aLinkThatIsTooLongIsRejectedWithItsLength() {
        VideoId longest = VideoId.finished("p", "m", 0, "https://" + "a".repeat(2_970));
        VideoId longer = VideoId.finished("p", "m", 0, "https://" + "a".repeat(3_000));

        assertThat(VideoId.decode(longest.encode())).isEqualTo(longest);
        GatewayException refusal = catchThrowableOfType(GatewayException.class, longer::encode);
        assertThat(refusal.error().kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(refusal.error().message()).contains("3008 characters").contains("4000");
    }

    private static Kind refused(String text) {
        GatewayException refusal = catchThrowableOfType(GatewayException.class, () -> VideoId.decode(text));
        return refusal == null ? null : refusal.error().kind();
    }

    private static String id(String content) {
        return "video_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(content.getBytes(StandardCharsets.UTF_8));
    }
}
