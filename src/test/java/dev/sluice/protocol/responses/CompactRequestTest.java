package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactRequestTest {

    private static final CompactRequest COMPACT = CompactRequest.of(
            Protocols.read(Surface.RESPONSES, ByteSlice.of("{\"model\":\"m\",\"previous_response_id\":\"resp_1\"}")));

    private static final String OUTPUT = ",'output':[{'type':'compaction','id':'c','encrypted_content':'words'}]}";

    @Test
    void withoutInputTheTriggerIsTheInput() {
        assertThat(COMPACT.request().body().toText())
                .contains("\"previous_response_id\":\"resp_1\"", "\"input\":[{\"type\":\"compaction_trigger\"}]");
    }

    @Test
    void aCompleteCompactionIsReturned() {
        assertThat(COMPACT.response(response("{'id':'r','status':'completed'" + OUTPUT))
                        .toText())
                .contains("\"output\":[{\"type\":\"compaction\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'status':'incomplete','incomplete_details':{'reason':'max_output_tokens'}; max_output_tokens",
                "'status':'incomplete','incomplete_details':{'reason':'content_filter'}; content_filter",
                "'status':'failed','incomplete_details':null; failed"
            })
    void oneThatIsCutOrRefusedIsNot(String state, String reason) {
        assertThatThrownBy(() -> COMPACT.response(response("{'id':'r'," + state + OUTPUT)))
                .hasMessageContaining("did not complete the compaction")
                .hasMessageEndingWith("unchanged: " + reason);
    }

    private static ByteSlice response(String json) {
        return ByteSlice.of(json.replace('\'', '"'));
    }
}
