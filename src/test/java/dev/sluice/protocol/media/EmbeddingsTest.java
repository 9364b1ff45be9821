package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingsTest {

    private static final String RESPONSE = "{'object':'list','data':[{'object':'embedding','index':0,'embedding': #}],"
            + "'model':'e','usage':{'prompt_tokens':1,'total_tokens':1}}";

    /** A compatible server that ignores encoding_format: ai-forever/gpt2giga#108. */
    @ParameterizedTest
    @CsvSource({
        "base64, '[0.5,-1.0]', '\"AAAAPwAAgL8=\"'",
        "float, '\"AAAAPwAAgL8=\"', '[0.5,-1.0]'",
        ", '\"AAAAPwAAgL8=\"', '[0.5,-1.0]'",
    })
    void anotherEncodingThanRequestedIsConverted(String requested, String received, String sent) {
        assertThat(asRequested(requested, received))
                .isEqualTo(RESPONSE.replace('\'', '"').replace(" #", sent));
    }

    @ParameterizedTest
    @CsvSource({
        "base64, '\"AAAAPwAAgL8=\"'",
        "float, '[0.5,-1.0]'",
        ", '[0.5,-1.0]'",
        "float, '\"no base64\"'",
        "float, '\"AAAA\"'",
        "base64, '{}'"
    })
    void otherBytesPass(String requested, String received) {
        assertThat(asRequested(requested, received))
                .isEqualTo(RESPONSE.replace('\'', '"').replace("#", received));
    }

    private static String asRequested(String requested, String received) {
        String format = requested == null ? "" : ",\"encoding_format\":\"" + requested + "\"";
        ClientRequest request =
                Protocols.read(Surface.EMBEDDINGS, ByteSlice.of("{\"model\":\"e\",\"input\":\"x\"" + format + "}"));
        return Embeddings.asRequested(
                        request, ByteSlice.of(RESPONSE.replace('\'', '"').replace("#", received)))
                .toText();
    }
}
