package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import dev.sluice.protocol.Protocols;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounds of images are those of OpenAI's price table; what cannot be read counts as the most expensive. */
class MediaTokensTest {

    private static final String TYPE = "multipart/form-data; boundary=b";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"size\":\"1024x1024\",\"quality\":\"low\" | 1 | 272",
                "\"size\":\"1024x1024\",\"quality\":\"medium\",\"n\":3 | 3 | 1056",
                "\"size\":\"1024x1024\",\"quality\":\"high\",\"n\":1e1 | 10 | 4160",
                "\"size\":\"1024x1536\",\"quality\":\"high\",\"n\":\"4\" | 4 | 6240",
                "\"size\":\"256x256\",\"quality\":\"low\" | 1 | 272",
                "\"size\":\"3840x2160\",\"quality\":\"high\" | 1 | 32914",
                "\"size\":\"huge\",\"quality\":\"best\" | 1 | 32914",
                "\"quality\":\"h\\u0069gh\",\"n\":2.0 | 2 | 6240",
                "\"quality\":null,\"size\":null,\"n\":null | 1 | 6240",
                "\"quality\":\"l\\u006fw\",\"partial_images\":3,\"size\":\" 1024X1024\" | 1 | 572",
                "\"n\":[3] | 10 | 6240",
                "\"n\":1.000000000000000000000000000000000000000000000000000000000000000000000000e1 | 10 | 6240"
            })
    void imagesInJson(String members, int images, long tokens) {
        ClientRequest request =
                Protocols.read(Surface.IMAGES, ByteSlice.of("{\"model\":\"m\",\"prompt\":\"a cat\"," + members + "}"));

        MediaTokens media = MediaTokens.of(request);

        assertThat(media.outputs()).isEqualTo(images);
        assertThat(media.perOutput()).isBetween(tokens, tokens + tokens / 1000 + 3);
        assertThat(media.maxPrompt()).isEqualTo(request.body().length());
    }

    @ParameterizedTest
    @CsvSource({"2,low,2,408", "1e1,low,10,408", " +5,LOW,5,408", "many,low,10,408", "2,,2,6240"})
    void imagesInForms(String n, String quality, int images, long tokens) {
        String form = part("model", "m")
                + part("prompt", "x".repeat(1000))
                + part("n", n)
                + (quality == null ? "" : part("quality", quality))
                + "--b\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n"
                + "y".repeat(500_000) + "\r\n--b--\r\n";
        ClientRequest inMemory = Multipart.read(Surface.IMAGE_EDITS, ByteSlice.of(form), TYPE);
        var scanner = Multipart.scanner(TYPE);
        scanner.feed(ByteSlice.of(form));
        scanner.finish();
        ClientRequest inFile = ClientRequest.form(
                Surface.IMAGE_EDITS,
                "m",
                TYPE,
                new Upload(Path.of("form"), form.length(), scanner.parts(), scanner.values()));

        for (ClientRequest request : List.of(inMemory, inFile)) {
            MediaTokens media = MediaTokens.of(request);
            assertThat(media.outputs()).isEqualTo(images);
            assertThat(media.perOutput()).isBetween(tokens, tokens + 10);
            assertThat(media.maxPrompt()).isBetween(21_000L, 22_000L);
        }
    }

    @Test
    void transcriptsAreBoundedByTheUploadAndTheModel() {
        ClientRequest request = ClientRequest.form(
                Surface.TRANSCRIPTIONS, "m", TYPE, new Upload(Path.of("form"), 25_000_000, List.of(), Map.of()));

        MediaTokens media = MediaTokens.of(request);

        // 25 MB at 8 kbit/s are almost 7 hours.
        assertThat(media.maxPrompt()).isEqualTo(445_000);
        assertThat(media.perOutput()).isEqualTo(250_256);
        assertThat(media.within(16_000, 2_000).maxPrompt()).isEqualTo(16_000);
        assertThat(media.within(16_000, 2_000).perOutput()).isEqualTo(2_000);
        assertThat(media.within(0, 0)).isEqualTo(media);
        // 26 minutes at 128 kbit/s.
        assertThat(media.estimate().promptTokens()).isBetween(26_000L, 27_000L);
    }

    private static String part(String name, String value) {
        return "--b\r\ncontent-disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
}
