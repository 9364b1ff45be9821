package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.model.chat.ResponseEvent.ToolCallDelta;
import dev.sluice.model.chat.ResponseEvent.ToolCallEnded;
import dev.sluice.model.chat.ResponseEvent.ToolCallStarted;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deltas of tool calls as the providers write them: which fragments are one call, and when a call ends. */
class OpenAiDeltaDecoderTest {

    private final OpenAiDeltaDecoder decoder = new OpenAiDeltaDecoder();
    private final List<ResponseEvent> events = new ArrayList<>();

    @Test
    void wholeCallsUnderOneIndexWithoutIdsAreTwoCalls() {
        read("{'tool_calls':[{'index':0,'function':{'name':'f','arguments':'{\\'z\\':1}'}}]}");
        read("{'tool_calls':[{'index':0,'function':{'name':'f','arguments':'{\\'z\\':2}'}}]}");
        read("{'tool_calls':[{'index':0,'function':{'name':'g','arguments':''}},"
                + "{'index':0,'function':{'arguments':'{}'}}]}");

        decoder.end(events::add);

        assertThat(events)
                .containsExactly(
                        new ToolCallStarted(0, "call_0", "f", null),
                        new ToolCallDelta(0, "{\"z\":1}"),
                        new ToolCallStarted(1, "call_1", "f", null),
                        new ToolCallDelta(1, "{\"z\":2}"),
                        new ToolCallStarted(2, "call_2", "g", null),
                        new ToolCallDelta(2, "{}"),
                        new ToolCallEnded(0),
                        new ToolCallEnded(1),
                        new ToolCallEnded(2));
    }

    @Test
    void aNameThatIsRepeatedInEveryFragmentIsOneCall() {
        read("{'tool_calls':[{'index':0,'function':{'name':'f','arguments':'{\\'z\\':'}}]}");
        read("{'tool_calls':[{'index':0,'function':{'name':'f','arguments':'1}'}}]}");

        decoder.end(events::add);

        assertThat(events)
                .containsExactly(
                        new ToolCallStarted(0, "call_0", "f", null),
                        new ToolCallDelta(0, "{\"z\":"),
                        new ToolCallDelta(0, "1}"),
                        new ToolCallEnded(0));
    }

    @Test
    void callsOfACompleteMessageAreCallsOfTheirOwn() {
        String call = "{'id':'x','type':'function','function':{'name':'f','arguments':'{}'}}";
        decoder.read(json("{'tool_calls':[" + call + "," + call + "]}"), true, MissingNode.getInstance(), events::add);

        assertThat(events).filteredOn(ToolCallStarted.class::isInstance).hasSize(2);
    }

    @Test
    void aCallEndsBeforeTheTextOrReasoningBehindIt() {
        read("{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':'{}'}}]}");
        read("{'content':'text'}");
        read("{'tool_calls':[{'index':1,'id':'b','function':{'name':'f','arguments':'{\\'z\\'}'}}]}");
        read("{'content':'broken arguments stay open'}");
        read("{'tool_calls':[{'index':2,'id':'c','function':{'name':'f','arguments':'[]'}}]}");
        read("{'reasoning_content':'hm'}");
        read("{'tool_calls':[{'index':2,'function':{'arguments':' '}}]}");

        decoder.end(events::add);

        assertThat(events)
                .filteredOn(event -> !(event instanceof ToolCallDelta))
                .containsExactly(
                        new ToolCallStarted(0, "a", "f", null),
                        new ToolCallEnded(0),
                        ResponseEvent.TextDelta.of("text"),
                        new ToolCallStarted(1, "b", "f", null),
                        ResponseEvent.TextDelta.of("broken arguments stay open"),
                        new ToolCallStarted(2, "c", "f", null),
                        new ToolCallEnded(2),
                        new ResponseEvent.ReasoningDelta("hm"),
                        new ToolCallEnded(1));
    }

    @Test
    void aBlankTextBetweenFragmentsEndsNothing() {
        read("{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}]}");
        read("{'content':' '}");
        read("{'tool_calls':[{'index':0,'function':{'arguments':'2'}}]}");

        assertThat(events).contains(new ToolCallDelta(0, "2")).doesNotContain(new ToolCallEnded(0));
    }

    private void read(String delta) {
        decoder.read(json(delta), false, MissingNode.getInstance(), events::add);
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace("\\'", "\\\"").replace('\'', '"'));
    }
}
