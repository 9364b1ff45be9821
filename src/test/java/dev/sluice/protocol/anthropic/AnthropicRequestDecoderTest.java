package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ReasoningOptions;
import dev.sluice.model.chat.ResponseFormat;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every member of Anthropic's format is decoded, and invalid ones are refused by path. */
class AnthropicRequestDecoderTest {

    private final AnthropicProtocol protocol = new AnthropicProtocol();

    @Test
    void aConversationWithToolsIsDecoded() {
        ChatRequest request = read("""
            'system':[{'type':'text','text':'Be brief.','cache_control':{'type':'ephemeral'}}],
            'messages':[
             {'role':'user','content':'Hi'},
             {'role':'assistant','content':[
              {'type':'thinking','thinking':'hm','signature':'sig'},
              {'type':'redacted_thinking','data':'xyz'},
              {'type':'text','text':'Let me see.'},
              {'type':'tool_use','id':'toolu_1','name':'look','input':{'b':1.50,'a':[]}},
              {'type':'server_tool_use','id':'srv_1','name':'web_search','input':{}}]},
             {'role':'user','content':[
              {'type':'text','text':'And?'},
              {'type':'tool_result','tool_use_id':'toolu_1','is_error':true,'content':[
               {'type':'text','text':'No.'},
               {'type':'image','source':{'type':'base64','media_type':'image/png','data':'QUJD'}}]}]}]\
            """);

        ContentPart.Text instruction =
                new ContentPart.Text("Be brief.", List.of(), Json.readOrNull("{\"type\":\"ephemeral\"}"));
        assertThat(request.messages())
                .containsExactly(
                        ChatMessage.of(Role.SYSTEM, instruction),
                        ChatMessage.of(Role.USER, ContentPart.Text.of("Hi")),
                        ChatMessage.of(
                                Role.ASSISTANT,
                                new ContentPart.Reasoning(
                                        "hm", new ContentPart.OpaqueReasoning("anthropic-messages", null, "sig", null)),
                                new ContentPart.Reasoning(
                                        "", new ContentPart.OpaqueReasoning("anthropic-messages", null, null, "xyz")),
                                ContentPart.Text.of("Let me see."),
                                ContentPart.ToolCall.of("toolu_1", "look", "{\"b\":1.50,\"a\":[]}"),
                                new ContentPart.Native(
                                        "anthropic-messages",
                                        Json.readOrNull(
                                                "{\"type\":\"server_tool_use\",\"id\":\"srv_1\",\"name\":\"web_search\",\"input\":{}}"))),
                        ChatMessage.of(
                                Role.TOOL,
                                new ContentPart.ToolResult(
                                        "toolu_1",
                                        List.of(
                                                ContentPart.Text.of("No."),
                                                new ContentPart.Image(
                                                        new ContentPart.Source("image/png", "QUJD", null, null),
                                                        null,
                                                        null)),
                                        true,
                                        null)),
                        ChatMessage.of(Role.USER, ContentPart.Text.of("And?")));
    }

    @Test
    void documentsOfEverySourceAreDecoded() {
        ChatRequest request = read("""
            'messages':[{'role':'user','content':[
             {'type':'document','title':'T','source':{'type':'text','media_type':'text/plain','data':'hi'}},
             {'type':'document','source':{'type':'url','url':'https://x/a.pdf'}},
             {'type':'document','source':{'type':'file','file_id':'file_1'}},
             {'type':'document','source':{'type':'content','content':'hi'}},
             {'type':'search_result','source':'s','title':'t','content':[{'type':'text','text':'found'}]}]}]\
            """);

        List<ContentPart> parts = request.messages().getFirst().parts();
        assertThat(parts.subList(0, 3))
                .containsExactly(
                        new ContentPart.Document(new ContentPart.Source("text/plain", "aGk=", null, null), "T", null),
                        new ContentPart.Document(
                                new ContentPart.Source(null, null, "https://x/a.pdf", null), null, null),
                        new ContentPart.Document(new ContentPart.Source(null, null, null, "file_1"), null, null));
        assertThat(parts.get(3)).isInstanceOf(ContentPart.Native.class);
        assertThat(parts.get(4)).isEqualTo(ContentPart.Text.of("t\ns\nfound"));
    }

    @Test
    void toolsAndParametersKeepTheirNames() {
        ChatRequest request = read("""
            'messages':[{'role':'user','content':'Hi'}],
            'tools':[{'name':'a','description':'d','input_schema':{'type':'object'},'strict':true,
                      'cache_control':{'type':'ephemeral'}},
                     {'type':'web_search_20250305','name':'web_search','max_uses':2}],
            'tool_choice':{'type':'tool','name':'a','disable_parallel_tool_use':true},
            'metadata':{'user_id':'u'},'stop_sequences':['X'],'temperature':0.5,'top_k':3,
            'service_tier':'auto','container':null,'speed':'fast','cache_control':{'type':'ephemeral'},
            'output_config':{'effort':'low','format':{'type':'json_schema','schema':{'type':'object'}}},
            'thinking':{'type':'enabled','budget_tokens':2048}\
            """);

        assertThat(request.tools().getFirst())
                .isEqualTo(new Tool.Function(
                        "a",
                        "d",
                        Json.readOrNull("{\"type\":\"object\"}"),
                        true,
                        Json.readOrNull("{\"type\":\"ephemeral\"}")));
        assertThat(request.tools().get(1)).isInstanceOf(Tool.Native.class);
        assertThat(request.toolChoice()).isEqualTo(ToolChoice.named("a"));
        assertThat(request.params().keySet())
                .containsExactlyInAnyOrder(
                        ChatParameter.MAX_TOKENS,
                        ChatParameter.PARALLEL_TOOL_CALLS,
                        ChatParameter.USER,
                        ChatParameter.STOP,
                        ChatParameter.TEMPERATURE,
                        ChatParameter.TOP_K,
                        ChatParameter.SERVICE_TIER,
                        "speed",
                        ChatParameter.CACHE_CONTROL);
        assertThat(request.params().get(ChatParameter.USER).clientName()).isEqualTo("metadata.user_id");
        assertThat(request.format().kind()).isEqualTo(ResponseFormat.Kind.JSON_SCHEMA);
        assertThat(request.reasoning()).isEqualTo(new ReasoningOptions("low", 2048, "auto", "thinking"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'output_config':{'effort':'high'} | high | false
        'thinking':{'type':'adaptive','display':'summarized'} | `` | true
        'thinking':{'type':'adaptive'} | `` | false
        'thinking':{'type':'disabled'} | none | false
        'thinking':{'type':'between_tools'} | none | false
        """)
    void thinkingIsDecoded(String members, String effort, boolean shown) {
        ReasoningOptions reasoning =
                read("'messages':[{'role':'user','content':'Hi'}]," + members).reasoning();

        assertThat(reasoning.effort()).isEqualTo(effort.isEmpty() ? null : effort);
        assertThat(reasoning.summary() != null).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'messages':[{'role':'user','content':[{'type':'image'}]}]                          | messages.0.content.0.source
        'messages':[{'role':'user','content':[{'type':'image','source':{'type':'disk'}}]}] | messages.0.content.0.source.type
        'messages':[{'role':'user','content':'a'},{'role':'assistant','content':[{'type':'tool_use','id':'1','name':'n','input':'x'}]}] | messages.1.content.0.input
        'messages':[{'role':'user','content':[{'text':'a'}]}]          | messages.0.content.0.type
        'messages':[{'role':'user','content':[7]}]                     | messages.0.content.0
        'messages':[{'role':'user'}]                                   | messages.0.content
        'messages':[{'role':'robot','content':'a'}]                    | messages.0.role
        'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'1','content':[{'type':'text'}]}]}] | messages.0.content.0.content.0.text
        'messages':[{'role':'user','content':'a'}],'system':7          | system
        'messages':[{'role':'user','content':'a'}],'tools':[{'name':'a'}] | tools.0.input_schema
        'messages':[{'role':'user','content':'a'}],'tool_choice':{'type':'must'} | tool_choice.type
        'messages':[{'role':'user','content':'a'}],'thinking':{'type':'enabled'} | thinking.budget_tokens
        'messages':[{'role':'user','content':'a'}],'metadata':{'user_id':7} | metadata.user_id
        'messages':[{'role':'user','content':'a'}],'output_config':{'format':{'type':'xml'}} | output_config.format.type
        'messages':[{'role':'user','content':'a'}],'stop_sequences':'x' | stop_sequences
        """)
    void invalidMembersAreRefusedByPath(String members, String place) {
        GatewayError error = catchThrowableOfType(GatewayException.class, () -> read(members))
                .error();

        assertThat(error.kind()).isEqualTo(GatewayError.Kind.INVALID_REQUEST);
        assertThat(error.param()).isEqualTo(place);
        assertThat(error.message()).contains("'" + place + "'");
    }

    @Test
    void maxTokensIsRequired() {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";

        GatewayError error = catchThrowableOfType(
                        GatewayException.class,
                        () -> protocol.decode(Protocols.read(protocol.surface(), ByteSlice.of(body))))
                .error();

        assertThat(error.param()).isEqualTo("max_tokens");
    }

    private ChatRequest read(String members) {
        String body = ("{'model':'m','max_tokens':10," + members + "}").replace('\'', '"');
        return protocol.decode(Protocols.read(protocol.surface(), ByteSlice.of(body)));
    }
}
