package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponsesItemDecoderTest {

    /** OpenRouter ends the reasoning after the call that it led to (earendil-works/pi#4171). */
    @Test
    void aCallFollowsTheReasoningThatBeganBeforeIt() {
        List<ResponseEvent> events = decoded(
                "{'type':'response.created','response':{'id':'r'}}",
                "{'type':'response.output_item.added','output_index':0,'item':{'type':'reasoning','id':'rs_7'}}",
                "{'type':'response.output_item.added','output_index':1,'item':{'type':'function_call','id':'fc_1',"
                        + "'call_id':'call_1','name':'f','arguments':''}}",
                "{'type':'response.function_call_arguments.delta','output_index':1,'delta':'{}'}",
                "{'type':'response.output_item.done','output_index':1,'item':{'type':'function_call','id':'fc_1',"
                        + "'call_id':'call_1','name':'f','arguments':'{}'}}",
                "{'type':'response.reasoning_summary_text.delta','output_index':0,'summary_index':0,'delta':'plan'}",
                "{'type':'response.output_item.done','output_index':0,'item':{'type':'reasoning','id':'rs_7',"
                        + "'encrypted_content':'ENC7','summary':[{'type':'summary_text','text':'plan'}]}}",
                "{'type':'response.completed','response':{'id':'r','status':'completed','output':[]}}");

        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "Started",
                        "ReasoningDelta",
                        "ReasoningSigned",
                        "ToolCallStarted",
                        "ToolCallDelta",
                        "ToolCallEnded",
                        "Finished");
    }

    /** Reasoning that never ends holds nothing back for ever. */
    @Test
    void aCallIsNotLostWhereTheReasoningDoesNotEnd() {
        List<ResponseEvent> events = decoded(
                "{'type':'response.created','response':{'id':'r'}}",
                "{'type':'response.output_item.added','output_index':0,'item':{'type':'reasoning','id':'rs_7'}}",
                "{'type':'response.output_item.added','output_index':1,'item':{'type':'function_call','id':'fc_1',"
                        + "'call_id':'call_1','name':'f','arguments':''}}",
                "{'type':'response.output_item.added','output_index':2,'item':{'type':'message','id':'m'}}",
                "{'type':'response.output_text.delta','output_index':2,'content_index':0,'delta':'a'}",
                "{'type':'response.function_call_arguments.delta','output_index':1,'delta':'{}'}",
                "{'type':'response.completed','response':{'id':'r','status':'completed','output':[]}}");

        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "Started", "ToolCallStarted", "TextDelta", "ToolCallDelta", "ToolCallEnded", "Finished");
    }

    private static List<ResponseEvent> decoded(String... events) {
        List<ResponseEvent> decoded = new ArrayList<>();
        ResponsesStreamDecoder decoder = new ResponsesStreamDecoder();
        for (String event : events) {
            decoder.decode(Json.readOrNull(event.replace('\'', '"')), decoded::add);
        }
        return decoded;
    }
}
