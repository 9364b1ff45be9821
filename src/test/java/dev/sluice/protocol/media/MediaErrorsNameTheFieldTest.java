package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unsupported parameters are rejected by name, and malformed responses become gateway errors. */
class MediaErrorsNameTheFieldTest {

    private static final UpstreamModel TARGET =
            new UpstreamModel("p", UpstreamModels.variant("t"), "m", null, Quirks.NONE, ModelFacts.UNKNOWN);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // format | surface | members | kind | param
                "cohere-embed|EMBEDDINGS|\"input\":[1,2]|UNSUPPORTED|input",
                "cohere-embed|EMBEDDINGS|\"input\":[[1],[2]]|UNSUPPORTED|input",
                "cohere-embed|EMBEDDINGS|\"input\":[]|INVALID_REQUEST|input",
                "cohere-embed|EMBEDDINGS|\"input\":[null]|INVALID_REQUEST|input",
                "cohere-embed|EMBEDDINGS|\"input\":{}|INVALID_REQUEST|input",
                "gemini-embed|EMBEDDINGS|\"input\":\"a\",\"dimensions\":\"x\"|INVALID_REQUEST|dimensions",
                "perplexity-embed|EMBEDDINGS|\"input\":\"a\",\"encoding_format\":\"hex\"|INVALID_REQUEST|encoding_format",
                "cohere-rerank|RERANK|\"query\":\"q\",\"documents\":[{\"title\":\"t\"}]|INVALID_REQUEST|documents",
                "mistral-moderations|MODERATIONS|\"input\":[{\"type\":\"image_url\"}]|UNSUPPORTED|input",
                "blackbox-images|IMAGES|\"prompt\":\"p\",\"response_format\":\"b64_json\"|UNSUPPORTED|response_format",
                "blackbox-images|IMAGES|\"prompt\":\"p\",\"stream\":true|UNSUPPORTED|stream",
                "blackbox-videos|VIDEOS|\"prompt\":\"p\",\"input_reference\":{}|UNSUPPORTED|input_reference",
                "openrouter-videos|VIDEOS|\"prompt\":\"p\",\"seconds\":\"many\"|INVALID_REQUEST|seconds",
                "xai-images|IMAGES|\"prompt\":\"p\",\"size\":\"big\"|INVALID_REQUEST|size",
                "xai-images|IMAGE_EDITS|\"prompt\":\"p\"|INVALID_REQUEST|image",
                "xai-images|IMAGE_EDITS|\"prompt\":\"p\",\"image\":\"https://a\",\"mask\":\"https://b\"|UNSUPPORTED|mask",
                "xai-images|IMAGE_EDITS|\"prompt\":\"p\",\"images\":[{\"file_id\":\"f\"}]|UNSUPPORTED|images",
                "xai-images|IMAGE_EDITS|\"prompt\":\"p\",\"image\":7|INVALID_REQUEST|image",
                "xai-videos|VIDEOS|\"prompt\":\"p\",\"size\":7|INVALID_REQUEST|size",
            })
    void errorsNameTheField(String format, Surface surface, String members, Kind kind, String param) {
        GatewayError error = catchThrowableOfType(
                        GatewayException.class,
                        () -> translation(format, surface, members).body())
                .error();

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.param()).isEqualTo(param);
        assertThat(error.message()).contains("'" + param + "'");
    }

    @Test
    void requestsOverTheProvidersLimitAreUnsupported() {
        String texts = "\"input\":[" + "\"a\",".repeat(96) + "\"a\"]";

        GatewayError error = catchThrowableOfType(
                        GatewayException.class,
                        () -> translation("cohere-embed", Surface.EMBEDDINGS, texts)
                                .body())
                .error();

        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.message()).isEqualTo("'input' holds 97 texts (expected: at most 96 for this provider)");
    }

    @Test
    void blockingEveryImageIsAContentFilterError() {
        MediaTranslatingCodec images = translation("xai-images", Surface.IMAGES, "\"prompt\":\"p\"");

        GatewayException blocked = catchThrowableOfType(
                GatewayException.class,
                () -> images.completeResponse(
                        ByteSlice.of("{\"data\":[{\"url\":\"\",\"respect_moderation\":false}]}")));

        assertThat(blocked.error().kind()).isEqualTo(Kind.CONTENT_FILTER);
    }

    @Test
    void anUnfinishedVideoHasNoContent() {
        MediaTranslatingCodec content = translation("xai-videos", Surface.VIDEO_CONTENT, "\"id\":\"r\"");

        GatewayError error = catchThrowableOfType(
                        GatewayException.class,
                        () -> content.completeResponse(ByteSlice.of("{\"status\":\"pending\",\"progress\":3}")))
                .error();

        assertThat(error.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(error.code()).isEqualTo("video_not_ready");
    }

    @Test
    void anErrorBodyIsAnError() {
        ByteSlice error = ByteSlice.of("{\"error\":{\"message\":\"no credits\",\"code\":402}}");

        for (Surface surface : List.of(Surface.IMAGES, Surface.SPEECH, Surface.VIDEOS, Surface.EMBEDDINGS)) {
            assertThat(MediaErrorDetector.of(surface, 200, error).kind()).isEqualTo(Kind.QUOTA_SPENT);
        }
        ByteSlice failed = ByteSlice.of("{\"id\":\"v\",\"status\":\"failed\",\"error\":{\"message\":\"no\"}}");
        assertThat(MediaErrorDetector.of(Surface.VIDEO, 200, failed)).isNull();
        assertThat(MediaErrorDetector.of(Surface.IMAGES, 200, ByteSlice.of("<html>"))
                        .kind())
                .isEqualTo(Kind.UPSTREAM);
        assertThat(MediaErrorDetector.of(Surface.SPEECH, 500, ByteSlice.of("ID3"))
                        .kind())
                .isEqualTo(Kind.UPSTREAM);
    }

    @Property(tries = 1000)
    void everyResponseIsDecodedOrAGatewayException(@ForAll("responses") String response) {
        for (String format : MediaFormats.names()) {
            for (Surface surface : surfaces(format)) {
                MediaTranslatingCodec translation = translation(format, surface, members(surface));
                try {
                    assertThat(translation.completeResponse(ByteSlice.of(response)))
                            .isNotNull();
                } catch (GatewayException expected) {
                    assertThat(expected.error().kind()).isIn(Kind.UPSTREAM, Kind.CONTENT_FILTER, Kind.NOT_FOUND);
                }
            }
        }
    }

    /** Objects with the names that formats read, and random values below them. */
    @Provide
    Arbitrary<String> responses() {
        Arbitrary<String> names = Arbitraries.of(
                "data",
                "embeddings",
                "float",
                "values",
                "embedding",
                "results",
                "index",
                "relevance_score",
                "categories",
                "choices",
                "message",
                "content",
                "id",
                "request_id",
                "status",
                "error",
                "video",
                "url",
                "usage",
                "cost",
                "cost_in_usd_ticks",
                "meta",
                "billed_units",
                "input_tokens",
                "created",
                "progress",
                "respect_moderation");
        return values(names, 4).filter(text -> text.startsWith("{"));
    }

    private static Arbitrary<String> values(Arbitrary<String> names, int depth) {
        Arbitrary<String> scalars = Arbitraries.of(
                "null",
                "true",
                "false",
                "0",
                "-1",
                "1e999",
                "0.5",
                "\"\"",
                "\"None\"",
                "\"done\"",
                "\"completed\"",
                "\"failed\"",
                "\"https://a/b\"",
                "\"AX8=\"",
                "\"=\"",
                "12345678901234567890");
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<String> inner = values(names, depth - 1);
        Arbitrary<String> arrays = inner.list().ofMaxSize(2).map(list -> "[" + String.join(",", list) + "]");
        Arbitrary<String> objects = net.jqwik.api.Combinators.combine(
                        names.list().uniqueElements().ofSize(3), inner.list().ofSize(3))
                .as((keys, values) -> "{\"" + keys.get(0) + "\":" + values.get(0) + ",\"" + keys.get(1) + "\":"
                        + values.get(1) + ",\"" + keys.get(2) + "\":" + values.get(2) + "}");
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(1, scalars),
                net.jqwik.api.Tuple.of(1, arrays),
                net.jqwik.api.Tuple.of(3, objects));
    }

    private static List<Surface> surfaces(String format) {
        return switch (format) {
            case "cohere-embed", "gemini-embed", "perplexity-embed" -> List.of(Surface.EMBEDDINGS);
            case "cohere-rerank" -> List.of(Surface.RERANK);
            case "mistral-moderations" -> List.of(Surface.MODERATIONS);
            case "blackbox-images" -> List.of(Surface.IMAGES);
            case "xai-images" -> List.of(Surface.IMAGES, Surface.IMAGE_EDITS);
            case "blackbox-videos" -> List.of(Surface.VIDEOS);
            case "openrouter-videos" -> List.of(Surface.VIDEOS, Surface.VIDEO);
            default -> List.of(Surface.VIDEOS, Surface.VIDEO, Surface.VIDEO_CONTENT);
        };
    }

    private static String members(Surface surface) {
        return switch (surface) {
            case EMBEDDINGS, MODERATIONS -> "\"input\":\"a\"";
            case RERANK -> "\"query\":\"q\",\"documents\":[\"a\"],\"return_documents\":true";
            case VIDEO, VIDEO_CONTENT -> "\"id\":\"r\"";
            default -> "\"prompt\":\"p\"";
        };
    }

    private static MediaTranslatingCodec translation(String format, Surface surface, String members) {
        ClientRequest request = new RequestReader(surface, ByteSlice.of("{\"model\":\"c\"," + members + "}")).read();
        return new MediaTranslatingCodec(MediaFormats.named(format), request, TARGET);
    }
}
