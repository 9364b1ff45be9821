package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputReferencesTest {

    private static final Map<String, ByteSlice> KNOWN = Map.of(
            "msg_1", ByteSlice.of("{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[]}"),
            "rs/1", ByteSlice.of("{\"type\":\"reasoning\"}"));

    private static ClientRequest request(String input) {
        return Protocols.read(Surface.RESPONSES, ByteSlice.of("{\"model\":\"m\",\"input\":" + input + ",\"top_p\":1}"));
    }

    private static String resolved(String input) {
        ClientRequest resolved = InputReferences.resolveItems(request(input), KNOWN::get, length -> {});
        String body = resolved.body().toText();
        assertThat(resolved.member("top_p")).isNotNull();
        return body.substring("{\"model\":\"m\",\"input\":".length(), body.length() - ",\"top_p\":1}".length());
    }

    @Test
    void referencesBecomeTheItemsAtTheirPlace() {
        assertThat(resolved("[{\"role\":\"user\",\"content\":\"?\"},"
                        + " {\"type\":\"item_reference\",\"id\":\"msg_1\"},{ \"id\" : \"rs\\/1\""
                        + " },{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]"))
                .isEqualTo(
                        "[{\"role\":\"user\",\"content\":\"?\"},"
                            + " {\"type\":\"message\",\"id\":\"msg_1\",\"content\":[]},"
                            + "{\"type\":\"reasoning\"},{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]");
    }

    @Test
    void otherItemsAndUnknownReferencesAreKept() {
        String kept = "[{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":\"x\"},"
                + "{\"type\":\"function_call\",\"id\":\"msg_1\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},"
                + "{\"type\":\"item_reference\",\"id\":\"msg_2\"},{\"type\":\"item_reference\"},\"text\",{}]";

        ClientRequest request = request(kept);

        assertThat(InputReferences.resolveItems(request, KNOWN::get, length -> {}))
                .isSameAs(request);
        assertThat(resolved("\"text\"")).isEqualTo("\"text\"");
    }

    @Test
    void theLengthIsKnownBeforeTheBodyIsMade() {
        List<Long> lengths = new ArrayList<>();
        ClientRequest request = request("[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]");

        ClientRequest resolved = InputReferences.resolveItems(request, KNOWN::get, lengths::add);

        assertThat(lengths).containsExactly((long) resolved.body().length());
        assertThatThrownBy(() -> InputReferences.resolveItems(request, KNOWN::get, length -> {
                    throw new IllegalStateException("too large");
                }))
                .hasMessage("too large");
    }

    @Test
    void theConversationBeforeReplacesThePreviousResponse() {
        List<ByteSlice> before =
                List.of(ByteSlice.of("{\"a\":1},{\"a\":2}"), ByteSlice.of(" "), ByteSlice.of("{\"a\":3}"));
        String text = "{\"previous_response_id\":\"resp_1\",\"model\":\"m\",\"input\":\"hi\"}";
        String array = "{\"input\" : [ {\"role\":\"user\",\"content\":\"x\"} ],\"model\":\"m\","
                + "\"previous_response_id\": \"resp_1\" }";
        String empty = "{\"input\":[],\"model\":\"m\",\"previous_response_id\":\"resp_1\"}";

        assertThat(continued(text, before))
                .isEqualTo("{\"previous_response_id\":null,\"model\":\"m\",\"input\":[{\"a\":1},{\"a\":2},{\"a\":3},"
                        + "{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(continued(array, before))
                .isEqualTo("{\"input\" : [{\"a\":1},{\"a\":2},{\"a\":3}, {\"role\":\"user\",\"content\":\"x\"} ],"
                        + "\"model\":\"m\",\"previous_response_id\": null }");
        assertThat(continued(empty, before))
                .isEqualTo("{\"input\":[{\"a\":1},{\"a\":2},{\"a\":3}],\"model\":\"m\",\"previous_response_id\":null}");
        assertThat(continued("{\"previous_response_id\":\"resp_1\",\"model\":\"m\"}", before))
                .isEqualTo("{\"previous_response_id\":null,\"input\":[{\"a\":1},{\"a\":2},{\"a\":3}],\"model\":\"m\"}");
        assertThat(continued(empty, List.of()))
                .isEqualTo("{\"input\":[],\"model\":\"m\",\"previous_response_id\":null}");
    }

    private static String continued(String body, List<ByteSlice> before) {
        ClientRequest request = Protocols.read(Surface.RESPONSES, ByteSlice.of(body));
        assertThat(InputReferences.previousResponse(request)).isEqualTo("resp_1");
        ClientRequest continued =
                InputReferences.continueConversation(request, before, InputReferences.items(request), length -> {});
        assertThat(InputReferences.previousResponse(continued)).isNull();
        return continued.body().toText();
    }
}
