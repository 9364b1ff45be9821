package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Media requests are validated, and every format of the catalog is known. */
class MediaCodecsTest {

    @Test
    void everyFormatOfTheCatalogIsKnown() {
        for (String name : ProviderCatalog.builtIn().names()) {
            assertThat(MediaFormats.names())
                    .as(name)
                    .containsAll(ProviderCatalog.builtIn().type(name).surfaces().values());
        }
        assertThatThrownBy(() -> MediaFormats.named("klingon"))
                .hasMessageStartingWith("format: \"klingon\" (expected one of: cohere-embed, ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // surface | members | param at fault | code
                "EMBEDDINGS|\"model\":\"m\"|input|missing_required_parameter",
                "EMBEDDINGS|\"input\":\"a\"|model|missing_required_parameter",
                "EMBEDDINGS|\"model\":\"m\",\"input\":7|input|invalid_type",
                "RERANK|\"model\":\"m\",\"query\":\"q\"|documents|missing_required_parameter",
                "RERANK|\"model\":\"m\",\"documents\":[]|query|missing_required_parameter",
                "RERANK|\"model\":\"m\",\"query\":\"q\",\"documents\":\"d\"|documents|invalid_type",
                "MODERATIONS|\"model\":\"m\"|input|missing_required_parameter",
                "IMAGES|\"model\":\"m\",\"prompt\":[]|prompt|invalid_type",
                "IMAGE_EDITS|\"model\":\"m\"|prompt|missing_required_parameter",
                "SPEECH|\"model\":\"m\"|input|missing_required_parameter",
                "VIDEOS|\"model\":\"m\"|prompt|missing_required_parameter",
                "BATCHES|\"endpoint\":\"/v1/x\"|input_file_id|missing_required_parameter",
            })
    void missingAndInvalidMembersAreNamed(Surface surface, String members, String param, String code) {
        GatewayError error = catchThrowableOfType(GatewayException.class, () -> read(surface, members))
                .error();

        assertThat(error.param()).isEqualTo(param);
        assertThat(error.code()).isEqualTo(code);
    }

    @Test
    void optionalMembersAreNotRequired() {
        assertThat(read(Surface.MODERATIONS, "\"input\":[{\"type\":\"text\"}]").model())
                .isEqualTo("omni-moderation-latest");
        assertThat(read(Surface.BATCHES, "\"input_file_id\":\"f\"").model()).isEmpty();
        assertThat(read(Surface.SPEECH, "\"model\":\"m\",\"input\":\"a\",\"stream_format\":\"sse\"").stream())
                .isTrue();
        assertThat(read(Surface.SPEECH, "\"model\":\"m\",\"input\":\"a\",\"stream_format\":\"audio\"").stream())
                .isFalse();
    }

    /** What the providers' OpenAPI documents do not have: some refuse a request for one unknown member. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // type | surface | members | body | dropped
                "openrouter|IMAGES|\"prompt\":\"p\",\"style\":\"vivid\",\"n\":1|\"prompt\":\"p\",\"n\":1|style",
                "openrouter|RERANK|\"query\":\"q\",\"documents\":[],\"return_documents\":true"
                        + "|\"query\":\"q\",\"documents\":[]|return_documents",
                "openrouter|SPEECH|\"input\":\"a\",\"instructions\":\"calm\"|\"input\":\"a\"|instructions",
                "groq|SPEECH|\"input\":\"a\",\"instructions\":\"calm\"|\"input\":\"a\"|instructions",
                "openai|SPEECH|\"input\":\"a\",\"instructions\":\"calm\"|\"input\":\"a\",\"instructions\":\"calm\"|",
                "grok|IMAGES|\"prompt\":\"p\",\"quality\":\"high\",\"user\":\"u\"|\"prompt\":\"p\",\"user\":\"u\"|quality",
            })
    void whatTheProviderLacksOnTheSurfaceIsDropped(
            String type, Surface surface, String members, String expected, String dropped) {
        UpstreamBody body =
                codec(type, read(surface, "\"model\":\"m\"," + members)).body();

        assertThat(body.joined().toText()).isEqualTo("{\"model\":\"m\"," + expected + "}");
        assertThat(body.dropped()).isEqualTo(dropped == null ? List.of() : List.of(dropped));
    }

    @Test
    void whatTheProviderLacksIsDroppedFromFormsToo() {
        String form = "--b\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
                + "--b\r\ncontent-disposition: form-data; name=\"timestamp_granularities[]\"\r\n\r\nword\r\n--b--\r\n";

        UpstreamBody body = codec(
                        "openrouter",
                        Multipart.read(Surface.TRANSCRIPTIONS, ByteSlice.of(form), "multipart/form-data; boundary=b"))
                .body();

        assertThat(body.joined().toText()).doesNotContain("timestamp_granularities");
        assertThat(body.dropped()).containsExactly("timestamp_granularities");
    }

    private static ProviderCodec codec(String type, ClientRequest request) {
        ProviderSettings provider = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: " + type + ", api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
        return MediaCodecs.codecFor(request, provider, "m");
    }

    private static ClientRequest read(Surface surface, String members) {
        return new RequestReader(surface, ByteSlice.of("{" + members + "}")).read();
    }
}
