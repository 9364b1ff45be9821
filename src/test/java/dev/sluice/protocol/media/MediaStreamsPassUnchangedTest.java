package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Streams of images and audio pass unchanged and end at their terminal marker. */
class MediaStreamsPassUnchangedTest {

    private static final String PARTIAL = "event: image_generation.partial_image\n"
            + "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AA\"}\n\n";
    private static final String COMPLETED = "data:"
        + " {\"type\":\"image_generation.completed\",\"b64_json\":\"AA\",\"usage\":{\"input_tokens\":3,\"output_tokens\":9}}\n\n";

    @Test
    void streamsPassWithTheirUsageInAnyFragmentation() {
        byte[] stream = (": wait\n\n" + PARTIAL + COMPLETED).getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= stream.length; cut++) {
            MediaPassThroughReader reader = new MediaPassThroughReader();

            String out = text(reader, Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length));

            assertThat(out).isEqualTo(PARTIAL + COMPLETED);
            assertThat(reader.complete()).isTrue();
            assertThat(reader.error()).isNull();
            assertThat(reader.usage().promptTokens()).isEqualTo(3);
            assertThat(reader.usage().completionTokens()).isEqualTo(9);
        }
    }

    @Test
    void aCutStreamIsTruncated() {
        MediaPassThroughReader reader = new MediaPassThroughReader();

        String out = text(reader, (PARTIAL + COMPLETED.substring(0, 40)).getBytes(StandardCharsets.UTF_8));

        assertThat(out).isEqualTo(PARTIAL);
        assertThat(reader.complete()).isFalse();
        assertThat(reader.error().kind()).isEqualTo(Kind.TRUNCATED);
    }

    @Test
    void anErrorEventEndsTheStreamAndDoesNotPass() {
        for (String event : new String[] {
            "data: {\"type\":\"error\",\"message\":\"no\"}\n\n",
            "data: {\"error\":{\"message\":\"no\"}}\n\n",
            "event: error\ndata: {\"message\":\"no\"}\n\n",
            "data: [1]\n\n"
        }) {
            MediaPassThroughReader reader = new MediaPassThroughReader();

            assertThat(text(reader, (PARTIAL + event + COMPLETED).getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(PARTIAL);
            assertThat(reader.error().kind()).isEqualTo(Kind.UPSTREAM);
        }
    }

    @Test
    void aMarkerAfterTheLastEventEndsTheStream() {
        MediaPassThroughReader reader = new MediaPassThroughReader();

        reader.accept(ByteSlice.of(COMPLETED));
        assertThat(reader.complete()).isFalse();
        reader.accept(ByteSlice.of("data: [DONE]\n\n"));

        assertThat(reader.complete()).isTrue();
    }

    private static String text(MediaPassThroughReader reader, byte[]... chunks) {
        StringBuilder out = new StringBuilder();
        for (byte[] chunk : chunks) {
            out.append(reader.accept(ByteSlice.of(chunk)).toText());
        }
        return out.append(reader.finish().toText()).toString();
    }
}
