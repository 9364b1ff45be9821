package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.RequestReader;
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

    private static ClientRequest read(Surface surface, String members) {
        return new RequestReader(surface, ByteSlice.of("{" + members + "}")).read();
    }
}
