package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.Protocols;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces, tools of input items, tool searches and choices among tools become functions of different names. */
class ResponsesToolsTest {

    private static final String A = "{'type':'function','name':'a'}";
    private static final String SPACE = "{'type':'namespace','name':'n','description':'','tools':[" + A
            + ",{'type':'custom','name':'c'},{'type':'unknown'}]}";

    @Test
    void toolsOfDifferentNamespacesHaveDifferentNames() {
        ChatRequest request = read("'input':'?','tools':[{'type':'namespace','name':'n__m','tools':[{'type':'function',"
                + "'name':'a'}]},{'type':'namespace','name':'n','tools':[{'type':'function','name':'m__a'}]},"
                + "{'type':'function','name':'n__m__a'}]");

        assertThat(names(request)).containsExactly("n__m__a_2", "n__m__a_3", "n__m__a");
        assertThat(request.declaration("n__m__a_3").namespace()).isEqualTo("n");
        assertThat(request.declaration("n__m__a")).isNull();
    }

    @Test
    void aModelMayLeaveOutTheNamespaceOfATool() {
        ChatRequest request = read("'input':'?','tools':[" + SPACE
                + ",{'type':'namespace','name':'o','tools':[{'type':'function','name':'b'},{'type':'function',"
                + "'name':'c'}]}]");

        assertThat(request.declaration("b").namespace()).isEqualTo("o");
        assertThat(request.declaration("c")).as("two namespaces have it").isNull();
        assertThat(request.declaration("x")).isNull();
    }

    @Test
    void unknownToolsOfANamespaceAreNotLost() {
        assertThat(read("'input':'?','tools':[" + SPACE + "]").tools().getLast())
                .isInstanceOfSatisfying(
                        Tool.Native.class, tool -> assertThat(tool.type()).isEqualTo("unknown"));
    }

    @Test
    void toolsOfTheInputAreAddedOnceAndAreNoMessage() {
        ChatRequest request = read("'input':[{'type':'additional_tools','role':'developer','tools':[" + A + "," + SPACE
                + "]},{'role':'developer','content':'Be brief.'},{'type':'tool_search_output','call_id':'s',"
                + "'tools':[" + SPACE + "]}],'tools':[" + A + "]");

        assertThat(names(request)).containsExactly("a", "n__a", "n__c");
        assertThat(request.messages().getFirst().role()).isEqualTo(ChatMessage.Role.DEVELOPER);
        assertThat(request.messages().getLast().parts())
                .containsExactly(new ContentPart.ToolResult(
                        "s",
                        List.of(ContentPart.Text.of("Found these tools, which can be called now: n__a, n__c")),
                        false,
                        null));
    }

    @Test
    void callsAreNamedAsTheirTools() {
        ChatRequest request = read("'input':[{'type':'function_call','call_id':'1','namespace':'n','name':'a',"
                + "'arguments':''},{'type':'function_call','call_id':'2','name':'a','arguments':'{}'},"
                + "{'type':'custom_tool_call','call_id':'3','name':'c','input':'x'},"
                + "{'type':'function_call','call_id':'4','namespace':'gone','name':'a','arguments':'{}'}],"
                + "'tools':[" + A + "," + SPACE + "]");

        assertThat(request.messages().getFirst().parts())
                .containsExactly(
                        ContentPart.ToolCall.of("1", "n__a", "{}"),
                        ContentPart.ToolCall.of("2", "a", "{}"),
                        ContentPart.ToolCall.of("3", "n__c", "{\"input\":\"x\"}"),
                        ContentPart.ToolCall.of("4", "gone__a", "{}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'function','name':'a'} | NAMED a | a n__a n__c",
                "{'type':'function','name':'a','namespace':'n'} | NAMED n__a | a n__a n__c",
                "{'type':'custom','name':'c'} | NAMED n__c | a n__a n__c",
                "{'type':'allowed_tools','mode':'auto','tools':[{'type':'function','name':'a'}]} | AUTO null | a",
                "{'type':'allowed_tools','mode':'required','tools':[{'type':'namespace','name':'n'}]} | REQUIRED null |"
                        + " n__a n__c",
            })
    void choicesNameToolsAsDeclared(String choice, String expected, String kept) {
        ChatRequest request = read("'input':'?','tools':[" + A + "," + SPACE + "],'tool_choice':" + choice);

        ToolChoice read = request.toolChoice();
        assertThat(read.mode() + " " + read.name()).isEqualTo(expected);
        assertThat(names(request)).containsExactly(kept.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'tool_choice':{'type':'file_search'}",
                "'tool_choice':{'type':'allowed_tools','mode':'auto','tools':[{'type':'function','name':'gone'}]}",
                "'tool_choice':{'type':'allowed_tools','mode':'auto'}",
                "'tool_choice':{'type':'allowed_tools','mode':'some','tools':[{'type':'function','name':'a'}]}",
                "'tools':[{'type':'namespace','name':'n'}]",
                "'tools':[{'type':'namespace','name':'n','tools':[{'type':'function'}]}]",
                "'tools':{}",
            })
    void whatCannotBeExpressedIsRefusedByName(String member) {
        String tools = member.startsWith("'tools'") ? "" : "'tools':[" + A + "],";
        assertRefused("'input':'?'," + tools + member, member.substring(1, member.indexOf("':")));
    }

    @Test
    void compactionsOfOthersAndTriggersBeforeTheEndAreRefused() {
        assertRefused("'input':[{'type':'compaction','encrypted_content':'x'}]", "input[0]");
        assertRefused("'input':[{'type':'compaction_trigger'},{'role':'user','content':'?'}]", "input[0]");
    }

    private static void assertRefused(String members, String param) {
        GatewayException refused = catchThrowableOfType(GatewayException.class, () -> read(members));

        assertThat(refused.error().param()).startsWith(param);
    }

    private static List<String> names(ChatRequest request) {
        return request.tools().stream()
                .filter(Tool.Function.class::isInstance)
                .map(tool -> ((Tool.Function) tool).name())
                .toList();
    }

    private static ChatRequest read(String members) {
        String body = ("{'model':'m'," + members + "}").replace('\'', '"');
        return ResponsesRequestDecoder.decode(Protocols.read(Surface.RESPONSES, ByteSlice.of(body)));
    }
}
