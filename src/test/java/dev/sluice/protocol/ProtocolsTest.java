package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolsTest {

    @Test
    void protocolIsFoundByNameOrReportedMissing() {
        assertThat(Protocols.named("openai-chat").name()).isEqualTo("openai-chat");
        assertThatThrownBy(() -> Protocols.named("klingon"))
                .hasMessageStartingWith("protocol: \"klingon\" (expected one of: openai-chat, ");
    }

    /** Reported by providers, 2026-11: such a model accepts tools on Chat Completions only with effort none. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"model":"m","messages":[{}],"tools":[{}]}                              | true
        {"model":"m","messages":[{}],"tools":[{}],"reasoning_effort":"low"}     | true
        {"model":"m","messages":[{}],"tools":[{}],"reasoning_effort":null}      | true
        {"model":"m","messages":[{}],"tools":[{}],"reasoning_effort": "none" }  | false
        {"model":"m","messages":[{}],"tools":[ ]}                               | false
        {"model":"m","messages":[{}],"tools":null}                              | false
        {"model":"m","messages":[{}]}                                           | false
        """)
    void requestWithToolsUsesResponsesWhenTheModelRequiresIt(String body, boolean wants) {
        ClientRequest request = Protocols.read(Surface.CHAT_COMPLETIONS, ByteSlice.of(body));
        ModelFacts facts = new ModelFacts(0, 0, Set.of(Trait.TOOLS_NEED_RESPONSES));

        assertThat(Protocols.prefersResponses(request, target(facts))).isEqualTo(wants);
        assertThat(Protocols.prefersResponses(request, target(ModelFacts.UNKNOWN)))
                .isFalse();
    }

    private static UpstreamModel target(ModelFacts facts) {
        return new UpstreamModel("p", UpstreamModels.variant("openai"), "m", null, Quirks.NONE, facts);
    }
}
