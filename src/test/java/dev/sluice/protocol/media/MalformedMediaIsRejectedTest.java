package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.multipart.MultipartScanner;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.UpstreamModel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Arbitrary bytes as a form, a video's id, an image stream or a provider's response are read or rejected. */
class MalformedMediaIsRejectedTest {

    private static final String TYPE = "multipart/form-data; boundary=B";

    /** One request for each surface that has formats of its own. */
    private static final Map<Surface, String> REQUESTS = Map.of(
            Surface.EMBEDDINGS, "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}",
            Surface.RERANK, "{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\",\"b\"],\"return_documents\":true}",
            Surface.MODERATIONS, "{\"model\":\"m\",\"input\":[\"a\"]}",
            Surface.IMAGES, "{\"model\":\"m\",\"prompt\":\"p\"}",
            Surface.VIDEOS, "{\"model\":\"m\",\"prompt\":\"p\"}",
            Surface.VIDEO, "{\"model\":\"m\",\"id\":\"v\"}",
            Surface.VIDEO_CONTENT, "{\"model\":\"m\",\"id\":\"v\"}");

    @FuzzTest(maxDuration = "60s")
    void forms(byte[] body) {
        String whole = scanned(body, body.length);

        assertThat(scanned(body, body.length / 2)).isEqualTo(whole);
        assertThat(scanned(body, Math.min(1, body.length))).isEqualTo(whole);
    }

    @FuzzTest(maxDuration = "60s")
    void videoIds(byte[] id) {
        String text = new String(id, StandardCharsets.UTF_8);
        try {
            VideoId read = VideoId.decode(text);
            assertThat(read.encode()).isEqualTo(text);
            assertThat(read.value()).doesNotContain("\r", "\n", " ");
            assertThat(read.request(Surface.VIDEO).model()).isEqualTo(read.model());
        } catch (GatewayException refused) {
            assertThat(refused.error().message()).isNotBlank();
        }
    }

    @FuzzTest(maxDuration = "60s")
    void streams(byte[] stream) {
        MediaPassThroughReader reader = new MediaPassThroughReader();
        int written =
                reader.accept(ByteSlice.of(stream)).length() + reader.finish().length();

        assertThat(reader.complete()).isEqualTo(reader.error() == null);
        assertThat(written).isLessThanOrEqualTo(stream.length + 2);
    }

    @FuzzTest(maxDuration = "60s")
    void responses(byte[] response) {
        ByteSlice body = ByteSlice.of(response);
        REQUESTS.forEach((surface, text) -> {
            ClientRequest request = new RequestReader(surface, ByteSlice.of(text)).read();
            for (String name : formats(surface)) {
                ProviderCodec codec = new MediaTranslatingCodec(MediaFormats.named(name), request, target());
                codec.errorOf(400, body);
                if (codec.errorOf(200, body) == null) {
                    whole(codec, body);
                }
            }
            whole(new MediaPassThroughCodec(request, target()), body);
        });
        try {
            VideoId.replaceId(body, "p", "m");
        } catch (GatewayException refused) {
            assertThat(refused.error().message()).isNotBlank();
        }
    }

    /** The formats that the catalog has for the surface. */
    private static Set<String> formats(Surface surface) {
        Set<String> formats = new TreeSet<>();
        for (String type : ProviderCatalog.builtIn().names()) {
            String format = ProviderCatalog.builtIn().type(type).surfaces().get(surface.label());
            if (format != null) {
                formats.add(format);
            }
        }
        assertThat(formats).isNotEmpty();
        return formats;
    }

    private static void whole(ProviderCodec codec, ByteSlice body) {
        try {
            assertThat(codec.completeResponse(body).usage().promptTokens()).isNotNegative();
        } catch (GatewayException refused) {
            assertThat(refused.error().message()).isNotBlank();
        }
    }

    private static UpstreamModel target() {
        return new UpstreamModel("p", UpstreamModels.variant("t"), "m", null, Quirks.NONE, ModelFacts.UNKNOWN);
    }

    private static String scanned(byte[] body, int cut) {
        MultipartScanner scanner = Multipart.scanner(TYPE);
        try {
            scanner.feed(new ByteSlice(body, 0, cut));
            scanner.feed(new ByteSlice(body, cut, body.length - cut));
            scanner.finish();
        } catch (GatewayException refused) {
            return refused.error().message();
        }
        return List.of("model", "stream").stream()
                .map(name -> String.valueOf(scanner.field(name)))
                .toList()
                .toString();
    }
}
