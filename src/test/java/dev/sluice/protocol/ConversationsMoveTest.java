package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import org.junit.jupiter.api.Test;

/**
 * A conversation with reasoning and tools goes on at the provider that made the reasoning, and at any other one: what
 * the provider must get back is in the seals that the client returns, and nothing of it reaches another provider.
 */
class ConversationsMoveTest {

    private static final String MESSAGES = "'model':'m','max_tokens':9000,'messages':[{'role':'user','content':'q'}],"
            + "'tools':[{'name':'now','input_schema':{'type':'object','properties':{}}}]";
    private static final String RESPONSES = "'model':'m','input':[{'role':'user','content':'q'}],"
            + "'tools':[{'type':'function','name':'now','parameters':{'type':'object','properties':{}}}]";
    private static final String GEMINI = "{'candidates':[{'content':{'role':'model','parts':[{'text':'plan','thought':"
            + "true},{'functionCall':{'id':'c1','name':'now','args':{}},'thoughtSignature':'U0lH'}]},'finishReason':"
            + "'STOP'}],'usageMetadata':{'promptTokenCount':1,'candidatesTokenCount':1,'totalTokenCount':2}}";
    private static final String OPENAI =
            "{'id':'resp_1','object':'response','model':'m','status':'completed','output':[{"
                + "'type':'reasoning','id':'rs_7','summary':[],'encrypted_content':'ENC7'},{'type':'function_call','id':"
                + "'fc_1','call_id':'c1','name':'now','arguments':'{}','status':'completed'}],'usage':{'input_tokens':1,"
                + "'output_tokens':1,'total_tokens':2}}";
    private static final String ANTHROPIC = "{'id':'msg_1','type':'message','role':'assistant','model':'m','content':[{"
            + "'type':'thinking','thinking':'plan','signature':'U0lH'},{'type':'tool_use','id':'c1','name':'now',"
            + "'input':{}}],'stop_reason':'tool_use','usage':{'input_tokens':1,'output_tokens':1}}";

    @Test
    void aMessagesClientGivesGeminiItsSignatureBack() {
        JsonNode content = response(Surface.MESSAGES, MESSAGES, "gemini", "gemini-3-pro-preview", GEMINI)
                .get("content");

        assertThat(content.findValuesAsText("type"))
                .containsExactly("thinking", "redacted_thinking", "tool_use", "direct");
        assertThat(content.at("/0/signature").asText()).startsWith("sluice1.");
        JsonNode back = tree(next(content, "gemini", "gemini-3-pro-preview", ""));
        assertThat(back.at("/contents/1/parts"))
                .isEqualTo(json("[{'functionCall':{'id':'c1','name':'now','args':{}},'thoughtSignature':'U0lH'}]"));
    }

    @Test
    void aMessagesClientGivesOpenAiItsEncryptedReasoningBack() {
        JsonNode content = response(Surface.MESSAGES, MESSAGES, "openai", "gpt-6.1-terra", OPENAI)
                .get("content");

        assertThat(content.findValuesAsText("type")).containsExactly("redacted_thinking", "tool_use", "direct");
        JsonNode back = tree(next(content, "openai", "gpt-6.1-terra", ""));
        assertThat(back.at("/input/1"))
                .isEqualTo(json("{'type':'reasoning','id':'rs_7','summary':[],'encrypted_content':'ENC7'}"));
    }

    @Test
    void anthropicGetsNoThinkingOfOthersFromAMessagesClient() {
        for (String[] made :
                new String[][] {{"gemini", "gemini-3-pro-preview", GEMINI}, {"openai", "gpt-6.1-terra", OPENAI}}) {
            JsonNode content = response(Surface.MESSAGES, MESSAGES, made[0], made[1], made[2])
                    .get("content");

            UpstreamBody moved = next(
                    content, "anthropic", "claude-sonnet-4-5", ",'thinking':{'type':'enabled','budget_tokens':2000}");

            assertThat(tree(moved).at("/messages/1/content"))
                    .isEqualTo(
                            json("[{'type':'tool_use','id':'c1','name':'now','input':{},'caller':{'type':'direct'}}]"));
            assertThat(tree(moved).has("thinking")).isFalse();
            assertThat(moved.dropped()).containsExactly("messages.thinking", "thinking=off");
        }
    }

    /** Anthropic refuses a budget for a tool loop that a model without thinking began. */
    @Test
    void thinkingIsOffInAToolLoopThatAnotherProviderBeganWithout() {
        JsonNode content = json("[{'type':'tool_use','id':'c1','name':'now','input':{}}]");
        String budget = ",'thinking':{'type':'enabled','budget_tokens':2000}";

        UpstreamBody moved = next(content, "anthropic", "claude-sonnet-4-5", budget);

        assertThat(tree(moved).has("thinking")).isFalse();
        assertThat(moved.dropped()).containsExactly("thinking=off");
        JsonNode own = json("[{'type':'thinking','thinking':'plan','signature':'U0lH'},{'type':'tool_use','id':'c1',"
                + "'name':'now','input':{}}]");
        assertThat(tree(next(own, "anthropic", "claude-sonnet-4-5", budget)).has("thinking"))
                .isTrue();
    }

    @Test
    void anEmptySignatureOfAnOlderSluiceIsRemovedToo() {
        JsonNode content = json("[{'type':'thinking','thinking':'plan','signature':''},{'type':'text','text':'hi'}]");

        assertThat(tree(next(content, "anthropic", "claude-opus-5", "")).at("/messages/1/content"))
                .isEqualTo(json("[{'type':'text','text':'hi'}]"));
    }

    @Test
    void ownThinkingPassesUnchanged() {
        JsonNode content = json("[{'type':'thinking','thinking':'plan','signature':'U0lH'}]");

        UpstreamBody passed = next(content, "anthropic", "claude-opus-5", "");

        assertThat(tree(passed).at("/messages/1/content")).isEqualTo(content);
        assertThat(passed.dropped()).isEmpty();
    }

    @Test
    void aResponsesClientThatKeepsOnlyTheSealGivesAnthropicItsThinkingBack() {
        ArrayNode output =
                (ArrayNode) response(Surface.RESPONSES, RESPONSES, "anthropic", "claude-sonnet-4-5", ANTHROPIC)
                        .get("output");
        ((ObjectNode) output.get(0)).putArray("summary");

        JsonNode back = tree(nextInput(output, "anthropic", "claude-sonnet-4-5"));

        assertThat(back.at("/messages/1/content/0"))
                .isEqualTo(json("{'type':'thinking','thinking':'plan','signature':'U0lH'}"));
    }

    @Test
    void openAiGetsNoReasoningOfOthersFromAResponsesClient() {
        for (String[] made : new String[][] {
            {"gemini", "gemini-3-pro-preview", GEMINI}, {"anthropic", "claude-sonnet-4-5", ANTHROPIC}
        }) {
            ArrayNode output = (ArrayNode) response(Surface.RESPONSES, RESPONSES, made[0], made[1], made[2])
                    .get("output");

            UpstreamBody moved = nextInput(output, "openai", "gpt-5");

            assertThat(tree(moved).get("input").findValuesAsText("type"))
                    .containsExactly("function_call", "function_call_output");
            assertThat(moved.dropped()).contains("input.reasoning");
        }
    }

    private static JsonNode response(Surface surface, String request, String type, String model, String body) {
        ProviderCodec codec = codec(surface, request, type, model);
        return Json.readOrNull(codec.completeResponse(ByteSlice.of(body.replace('\'', '"')))
                .body()
                .toText());
    }

    /** The next request of a Messages client, after the tool's result. */
    private static UpstreamBody next(JsonNode content, String type, String model, String more) {
        String turn = ",{'role':'assistant','content':" + Json.text(content) + "},{'role':'user','content':[{'type':"
                + "'tool_result','tool_use_id':'c1','content':'noon'}]}]";
        return codec(Surface.MESSAGES, MESSAGES.replaceFirst("]", turn) + more, type, model)
                .body();
    }

    /** The next request of a Responses client, after the tool's result. */
    private static UpstreamBody nextInput(ArrayNode output, String type, String model) {
        String items = Json.text(output);
        String input = "," + items.substring(1, items.length() - 1)
                + ",{'type':'function_call_output','call_id':'c1','output':'noon'}]";
        return codec(Surface.RESPONSES, RESPONSES.replaceFirst("]", input.replace("\\", "\\\\")), type, model)
                .body();
    }

    private static ProviderCodec codec(Surface surface, String request, String type, String model) {
        ProviderSettings provider = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: " + type + ", api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
        return Protocols.codecFor(
                Protocols.read(surface, ByteSlice.of("{" + request.replace('\'', '"') + "}")), provider, model, 0);
    }

    private static JsonNode tree(UpstreamBody body) {
        return Json.readOrNull(body.joined().toText());
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }
}
