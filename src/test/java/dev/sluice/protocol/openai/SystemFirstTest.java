package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.UpstreamBody;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers of open models get one system message, as their first message: their chat templates refuse others. */
class SystemFirstTest {

    /** As Claude Code sends it: a system message after its prompt, and one after the results of tools. */
    private static final String CLAUDE_CODE = "'max_tokens':9,'system':'Be brief.','messages':["
            + "{'role':'user','content':'Look.'},"
            + "{'role':'system','content':'Agents: a.'},"
            + "{'role':'assistant','content':[{'type':'tool_use','id':'t','name':'n','input':{}}]},"
            + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t','content':'r'}]},"
            + "{'role':'system','content':'Agents: b.'},"
            + "{'role':'user','content':'Go on.'}]";

    /** As Codex sends it: instructions, then a message of the developer. */
    private static final String CODEX = "'instructions':'Be brief.','input':["
            + "{'role':'developer','content':[{'type':'input_text','text':'You may write.'}]},"
            + "{'role':'user','content':[{'type':'input_text','text':'Look.'}]}]";

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "ollama", "openai_compatible"})
    void laterInstructionsAreTextOfTheUser(String type) {
        UpstreamBody sent = body(Surface.MESSAGES, type, "", "", CLAUDE_CODE);

        assertThat(messages(sent))
                .isEqualTo(json("[{'role':'system','content':'Be brief.'},"
                        + "{'role':'user','content':'Look.\\nAgents: a.'},"
                        + "{'role':'assistant','content':null,'tool_calls':[{'id':'t','type':'function',"
                        + "'function':{'name':'n','arguments':'{}'}}]},"
                        + "{'role':'tool','tool_call_id':'t','content':'r'},"
                        + "{'role':'user','content':'Agents: b.\\nGo on.'}]"));
        assertThat(sent.dropped()).contains("messages.system->messages.user");
    }

    @Test
    void firstInstructionsAreOneMessage() {
        UpstreamBody sent = body(Surface.RESPONSES, "openai_compatible", "", "", CODEX);

        assertThat(messages(sent))
                .isEqualTo(json("[{'role':'system','content':'Be brief.\\nYou may write.'},"
                        + "{'role':'user','content':'Look.'}]"));
        assertThat(sent.dropped()).doesNotContain("messages.system->messages.user");
    }

    @Test
    void messagesOfTheUserThatNoInstructionSeparatesStayAsTheyAre() {
        String sent = "'messages':[{'role':'user','content':'a'},{'role':'user','content':'b'},"
                + "{'role':'system','content':'c'},{'role':'system','content':'d'}]";

        assertThat(messages(
                        body(Surface.CHAT_COMPLETIONS, "openai_compatible", ", quirks: { translate: true }", "", sent)))
                .isEqualTo(json("[{'role':'user','content':'a'},{'role':'user','content':'b\\nc\\nd'}]"));
    }

    /** A model whose template takes instructions anywhere is configured with the trait. */
    @Test
    void othersKeepInstructionsWhereTheyAre() {
        String trait = "model_info: { m: { traits: [system_anywhere] } }";
        for (UpstreamBody sent : List.of(
                body(Surface.MESSAGES, "mistral", "", "", CLAUDE_CODE),
                body(Surface.MESSAGES, "vllm", "", trait, CLAUDE_CODE))) {
            assertThat(messages(sent).findValuesAsText("role"))
                    .containsExactly("system", "user", "system", "assistant", "tool", "system", "user");
        }
    }

    private static UpstreamBody body(Surface surface, String type, String quirks, String top, String members) {
        String request = "{'model':'m'," + members + "}";
        SluiceConfig config = Configs.config("""
            providers: { p: { type: %s, base_url: 'http://127.0.0.1:9/v1', api_keys: [{ key: k }]%s } }
            %s\
            """.formatted(type, quirks, top));
        ProviderSettings provider = ProviderSettings.of("p", config.providers().get("p"), config.catalog());
        return Protocols.codecFor(Protocols.read(surface, ByteSlice.of(request.replace('\'', '"'))), provider, "m", 0)
                .body();
    }

    private static JsonNode messages(UpstreamBody body) {
        return Json.readOrNull(body.joined().toText()).get("messages");
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }
}
