package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayCodecTest {

    private static final ByteSlice ERROR = ByteSlice.of("{\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}}");

    /** Proxies send errors with status 200: BerriAI/litellm#31457. */
    @ParameterizedTest
    @EnumSource(names = {"TRANSCRIPTIONS", "TRANSLATIONS", "IMAGE_EDITS"})
    void anErrorWithTheStatusOfAResponseIsAnError(Surface surface) {
        GatewayError error = error(surface, ERROR);

        assertThat(error.kind()).isEqualTo(GatewayError.Kind.UPSTREAM);
        assertThat(error.message()).endsWith("boom");
        assertThat(error(surface, ByteSlice.of("{\"text\":\"an error\",\"data\":[]}")))
                .isNull();
    }

    /** A file may have any members. */
    @ParameterizedTest
    @EnumSource(names = {"FILES", "PASSTHROUGH"})
    void otherResponsesAreNotRead(Surface surface) {
        assertThat(error(surface, ERROR)).isNull();
    }

    private static GatewayError error(Surface surface, ByteSlice body) {
        ClientRequest form = ClientRequest.form(
                surface, "p/m", "multipart/form-data; boundary=x", Upload.unread(Path.of("upload"), 1));
        ProviderSettings settings = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: openai, api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
        return Protocols.codecFor(form, settings, "m", 0).errorOf(200, body);
    }
}
