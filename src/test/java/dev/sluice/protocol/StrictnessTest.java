package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Strictness;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.UpstreamBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Strictness {@code meaning} refuses dropped tools, messages and the like. Claude Code sends {@code cache_control} in
 * each request, so {@code all} refuses every one of them at a provider of another format.
 */
class StrictnessTest {

    private static final String HI = "'max_tokens':100,'messages':[{'role':'user','content':'hi'}]";
    private static final String FUNCTION =
            "{'type':'function','function':{'name':'f','parameters':{'type':'object','properties':{}}}}";
    private static final String ITEM =
            "'input':[{'role':'user','content':'hi'},{'type':'file_search_call','id':'fs_1','status':'completed'}]";
    private static final String BLOCK = "'max_tokens':100,'messages':[{'role':'user','content':'hi'},"
            + "{'role':'assistant','content':[{'type':'text','text':'a'},{'type':'server_tool_use','id':'s','name':'x',"
            + "'input':{}}]},{'role':'user','content':'go on'}]";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        MESSAGES         | openai    | 'tools':[{'type':'code_execution_20250825','name':'c'}],          | HI    | tools.code_execution_20250825
        MESSAGES         | gemini    | 'tools':[{'type':'code_execution_20250825','name':'c'}],          | HI    | tools.code_execution_20250825
        MESSAGES         | cohere    | 'tools':[{'type':'code_execution_20250825','name':'c'}],          | HI    | tools.code_execution_20250825
        RESPONSES        | anthropic | 'tools':[{'type':'file_search','vector_store_ids':['v']}],        | INPUT | tools.file_search
        RESPONSES        | anthropic | ''                                                                | ITEM  | messages.file_search_call
        RESPONSES        | gemini    | ''                                                                | ITEM  | messages.file_search_call
        MESSAGES         | openai    | ''                                                                | BLOCK | messages.server_tool_use
        MESSAGES         | cohere    | ''                                                                | BLOCK | messages.server_tool_use
        CHAT_COMPLETIONS | anthropic | 'logprobs':true,                                                  | HI    | logprobs
        CHAT_COMPLETIONS | anthropic | 'logit_bias':{'1':5},                                             | HI    | logit_bias
        """)
    void aDropThatChangesTheMeaningIsRefused(
            Surface surface, String type, String members, String conversation, String lost) {
        UpstreamBody body = encode(surface, type, members.replace("''", "") + conversation(conversation));

        assertThat(body.refusedAt(Strictness.MEANING)).contains(lost);
        assertThat(body.dropped()).contains(lost);
        assertThat(body.refusedAt(Strictness.OFF)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        MESSAGES         | openai    | 'system':[{'type':'text','text':'s','cache_control':{'type':'ephemeral'}}],'top_k':4, | messages.cache_control
        MESSAGES         | gemini    | 'metadata':{'user_id':'u'},'context_management':{'edits':[]},                          | context_management
        CHAT_COMPLETIONS | anthropic | 'seed':4,'frequency_penalty':0.4,                                                     | seed
        """)
    void otherDropsAreOnlyReported(Surface surface, String type, String members, String dropped) {
        UpstreamBody body = encode(surface, type, members + HI);

        assertThat(body.refusedAt(Strictness.MEANING)).isEmpty();
        assertThat(body.refusedAt(Strictness.ALL)).contains(dropped);
    }

    @Test
    void aParameterThatAProvidersQuirksDropCountsByItsName() {
        String config = "providers: { p: { type: openai_compatible, base_url: \"http://127.0.0.1:9\","
                + " quirks: { drop: [tools, seed], rename: { stop: stops } } } }";
        ClientRequest request =
                request(Surface.CHAT_COMPLETIONS, "'seed':4,'stop':['x'],'tools':[" + FUNCTION + "]," + HI);

        UpstreamBody body =
                Protocols.codecFor(request, settings(config), "m", 0).body();

        assertThat(body.refusedAt(Strictness.MEANING)).containsExactly("tools");
        assertThat(body.refusedAt(Strictness.ALL)).contains("tools", "seed", "stop->stops");
    }

    /** Agents recover from these refusals by themselves, so that they need no strictness. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        MESSAGES  | openai    | 'thread':{'type':'continue','previous_message_id':'m'},                                 | HI    | thread
        RESPONSES | anthropic | 'previous_response_id':'resp_1',                                                       | INPUT | previous_response_id
        RESPONSES | gemini    | 'conversation':'conv_1',                                                               | INPUT | conversation
        MESSAGES  | openai    | 'tools':[{'type':'code_execution_20250825','name':'c'}],'tool_choice':{'type':'any'},  | HI    | tool_choice
        RESPONSES | anthropic | 'tools':[{'type':'file_search','vector_store_ids':['v']}],'tool_choice':'required',    | INPUT | tool_choice
        RESPONSES | gemini    | 'tools':[{'type':'file_search','vector_store_ids':['v']}],'tool_choice':'required',    | INPUT | tool_choice
        """)
    void whatAgentsRecoverFromIsRefusedAtAnyStrictness(
            Surface surface, String type, String members, String conversation, String param) {
        assertThatThrownBy(() -> encode(surface, type, members + conversation(conversation)))
                .isInstanceOfSatisfying(GatewayException.class, refused -> {
                    assertThat(refused.error().kind()).isEqualTo(GatewayError.Kind.UNSUPPORTED);
                    assertThat(refused.error().param()).isEqualTo(param);
                });
    }

    private static String conversation(String name) {
        return switch (name) {
            case "HI" -> HI;
            case "ITEM" -> ITEM;
            case "BLOCK" -> BLOCK;
            default -> "'input':'hi'";
        };
    }

    private static UpstreamBody encode(Surface surface, String type, String members) {
        ProviderSettings provider = settings("providers: { p: { type: " + type + ", api_keys: [{ key: k }] } }");
        return Protocols.codecFor(request(surface, members), provider, "m", 0).body();
    }

    private static ClientRequest request(Surface surface, String members) {
        return Protocols.read(surface, ByteSlice.of("{\"model\":\"m\"," + members.replace('\'', '"') + "}"));
    }

    private static ProviderSettings settings(String config) {
        return ProviderSettings.of("p", Configs.config(config).providers().get("p"));
    }
}
