package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Messages client that asks for a web search gets the blocks of Anthropic's search at every provider that has one,
 * whole and streamed, and may send them back to any provider. Claude Code's WebSearch reads titles and URLs there.
 * Sources: Anthropic's API description (ServerToolUseBlock, WebSearchToolResultBlock) and those of the providers.
 */
class SearchesReachMessagesClientsTest {

    private static final String TOOL = "{'type':'web_search_20250305','name':'web_search'}";
    private static final String QUESTION = "{'role':'user','content':'?'}";

    private static final String RESPONSES =
            "{'id':'resp_1','object':'response','model':'m','created_at':1,'status':'completed','output':["
                + "{'type':'web_search_call','id':'ws_1','status':'completed','action':{'type':'search','query':'q1',"
                + "'sources':[{'type':'url','url':'https://a'},{'type':'url','url':'https://b'}]}},"
                + "{'type':'web_search_call','id':'ws_2','status':'completed','action':{'type':'open_page',"
                + "'url':'https://a'}},"
                + "{'type':'web_search_call','id':'ws_3','status':'completed','action':{'type':'search','query':'q2'}},"
                + "{'type':'web_search_call','id':'ws_4','status':'failed','action':{'type':'search','query':'q3'}},"
                + "{'type':'message','id':'msg_1','role':'assistant','status':'completed','content':[{'type':'output_text','text':'It"
                + " rains.','annotations':[{'type':'url_citation','url':'https://a',"
                + "'title':'A','start_index':0,'end_index':9},{'type':'url_citation','url':'https://c','title':'C',"
                + "'start_index':0,'end_index':9}]}]},"
                + "{'type':'web_search_call','id':'ws_5','status':'completed','action':{'type':'search','query':'q4',"
                + "'sources':[{'type':'url','url':'https://d'}]}},"
                + "{'type':'message','id':'msg_2','role':'assistant','status':'completed','content':[{"
                + "'type':'output_text','text':'Still.','annotations':[]}]}],"
                + "'usage':{'input_tokens':1,'output_tokens':1,'total_tokens':2}}";

    private static final String CHAT =
            "{'id':'c','model':'m','created':1,'choices':[{'index':0,'KIND':{'role':'assistant','content':'It rains.',"
                    + "'annotations':[{'type':'url_citation','url_citation':{'url':'https://a','title':'A',"
                    + "'start_index':0,'end_index':9}}]},'finish_reason':'stop'}]}";

    private static final String GEMINI =
            "{'responseId':'r-1','candidates':[{'content':{'parts':[{'text':'It rains.'}]},'finishReason':'STOP',"
                + "'groundingMetadata':{'webSearchQueries':['q1','q2'],'groundingChunks':[{'web':{'uri':'https://a',"
                + "'title':'A'}}],'groundingSupports':[{'segment':{'startIndex':0,'endIndex':9},"
                + "'groundingChunkIndices':[0]}]}}],'usageMetadata':{'promptTokenCount':1,'candidatesTokenCount':1}}";

    private static final String PERPLEXITY =
            "{'id':'resp_1','created_at':1,'model':'m','status':'completed','output':[{'type':'search_results',"
                    + "'queries':['q1'],'results':[{'id':1,'url':'https://a','title':'A','snippet':'s'}]},"
                    + "{'type':'message','content':[{'type':'output_text','text':'It rains[1].'}]}],"
                    + "'usage':{'input_tokens':1,'output_tokens':1}}";

    /** @param expected type, and query, or title and URL, of each block */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        openai | use q1, use q2, use q3, text It rains., found A https://a + https://b https://b, found C https://c, failed, use q4, text Still., found https://d https://d | 4
        grok | use q1, use q2, use q3, text It rains., found A https://a + https://b https://b, found C https://c, failed, use q4, text Still., found https://d https://d | 4
        openrouter | text It rains., use , found A https://a | 1
        gemini | text It rains., use q1; q2, found A https://a | 2
        perplexity | use q1, found A https://a, text It rains[1]. | 1
        """)
    void theBlocksHaveQueriesAndPages(String type, String expected, int count) {
        JsonNode whole = whole(type, TOOL);
        List<JsonNode> streamed = new ArrayList<>();
        JsonNode usage = streamed(type, streamed);

        assertThat(described(whole.get("content"))).isEqualTo(expected);
        assertThat(described(streamed)).isEqualTo(expected);
        assertThat(whole.at("/usage/server_tool_use/web_search_requests").asInt())
                .isEqualTo(count);
        assertThat(usage.at("/server_tool_use/web_search_requests").asInt()).isEqualTo(count);
    }

    @Test
    void aClientThatAskedForNoSearchGetsTextOnly() {
        assertThat(described(whole("perplexity", "{'name':'f','input_schema':{'type':'object'}}")
                        .get("content")))
                .isEqualTo("text It rains[1].");
    }

    @Test
    void openAiListsThePagesOnRequest() {
        UpstreamBody body = codec("openai", conversation(QUESTION), TOOL).body();

        assertThat(Json.readOrNull(body.joined().toText()).get("include"))
                .extracting(JsonNode::textValue)
                .contains("web_search_call.action.sources");
        assertThat(codec("grok", conversation(QUESTION), TOOL).body().joined().toText())
                .doesNotContain("action.sources");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "grok", "openrouter", "gemini", "perplexity"})
    void anthropicGetsNothingThatItCannotDecrypt(String type) {
        UpstreamBody body = codec("anthropic", returned(type), TOOL).body();

        String sent = body.joined().toText();
        assertThat(sent)
                .contains("It rains")
                .doesNotContain("sluice1", "srvtoolu_", "encrypted", "web_search_tool_result");
        assertThat(body.dropped()).contains("messages.web_search_tool_result", "messages.citations");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "azure_openai",
                "grok",
                "openrouter",
                "gemini",
                "perplexity",
                "cohere",
                "mistral",
                "groq"
            })
    void anyOtherProviderGetsTheText(String target) {
        UpstreamBody body = codec(target, returned("openai"), TOOL).body();

        assertThat(body.joined().toText()).contains("It rains").doesNotContain("sluice1", "srvtoolu_", "https://a");
        assertThat(body.dropped()).contains("messages.server_tool_use", "messages.web_search_tool_result");
        assertThat(body.lost()).doesNotContain("messages.server_tool_use", "messages.web_search_tool_result");
    }

    @Test
    void aSearchOfAnthropicGoesBackToIt() {
        String own = "{'role':'assistant','content':[{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search',"
            + "'input':{'query':'q'}},{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[{"
            + "'type':'web_search_result','url':'https://a','title':'A','encrypted_content':'EqgfCioIARgB'}]},{'type':'text','text':'It"
            + " rains.','citations':[{'type':'web_search_result_location','url':'https://a',"
            + "'title':'A','encrypted_index':'Eo8BCioIAhgB','cited_text':'c'}]}]}";
        String mixed = returned("openai").replace("],'tools'", "," + own + "," + QUESTION + "],'tools'");

        UpstreamBody body = codec("anthropic", mixed, TOOL).body();

        assertThat(Json.readOrNull(body.joined().toText()).at("/messages/3")).isEqualTo(json(own));
    }

    /** The request after a response with a search. */
    private static String returned(String type) {
        String answer = Json.text(whole(type, TOOL).get("content"));
        return conversation(QUESTION + ",{'role':'assistant','content':" + answer + "}," + QUESTION);
    }

    private static String conversation(String messages) {
        return "{'model':'m','max_tokens':9,'messages':[" + messages + "],'tools':[#]}";
    }

    private static JsonNode whole(String type, String tool) {
        ByteSlice response = ByteSlice.of(upstream(type, "message"));
        ProviderCodec codec = codec(type, conversation(QUESTION), tool);
        return Json.readOrNull(codec.completeResponse(response).body().toText());
    }

    /** @return the usage at the end */
    private static JsonNode streamed(String type, List<JsonNode> blocks) {
        String whole = upstream(type, "delta");
        String stream = switch (type) {
            case "openai", "grok", "perplexity" ->
                "data: {\"type\":\"response.completed\",\"response\":" + whole + "}\n\n";
            default -> "data: " + whole + "\n\n";
        };
        stream += type.equals("openrouter") ? "data: [DONE]\n\n" : "";
        String output = Replay.of(
                        codec(type, conversation(QUESTION), TOOL).reader(), stream.getBytes(StandardCharsets.UTF_8))
                .output();
        Map<Integer, ObjectNode> byIndex = new TreeMap<>();
        JsonNode usage = Json.object();
        for (String line :
                output.lines().filter(line -> line.startsWith("data: ")).toList()) {
            JsonNode event = Json.readOrNull(line.substring("data: ".length()));
            int index = event.path("index").asInt();
            JsonNode delta = event.path("delta");
            switch (event.get("type").textValue()) {
                case "content_block_start" -> byIndex.put(index, (ObjectNode) event.get("content_block"));
                case "content_block_delta" -> {
                    ObjectNode block = byIndex.get(index);
                    if (delta.has("text")) {
                        block.put(
                                "text",
                                block.get("text").textValue()
                                        + delta.get("text").textValue());
                    } else if (delta.has("partial_json")) {
                        block.set(
                                "input",
                                Json.readOrNull(delta.get("partial_json").textValue()));
                    } else {
                        ((ArrayNode) block.get("citations")).add(delta.get("citation"));
                    }
                }
                case "message_delta" -> usage = event.get("usage");
                default -> {}
            }
        }
        blocks.addAll(byIndex.values());
        return usage;
    }

    private static String upstream(String type, String kind) {
        return (switch (type) {
                    case "openai", "grok" -> RESPONSES;
                    case "gemini" -> GEMINI;
                    case "perplexity" -> PERPLEXITY;
                    default -> CHAT.replace("KIND", kind);
                })
                .replace('\'', '"');
    }

    private static ProviderCodec codec(String type, String request, String tool) {
        String model = switch (type) {
            case "openai", "azure_openai" -> "gpt-5.5";
            case "grok" -> "grok-4.7";
            case "gemini" -> "gemini-3-pro";
            case "anthropic" -> "claude-sonnet-4-5";
            default -> "x/y";
        };
        return Protocols.codecFor(
                Protocols.read(
                        Surface.MESSAGES,
                        ByteSlice.of(request.replace("#", tool).replace('\'', '"'))),
                StrictProvidersTakeRequestsTest.provider(type),
                model,
                0);
    }

    private static String described(Iterable<JsonNode> blocks) {
        List<String> described = new ArrayList<>();
        for (JsonNode block : blocks) {
            described.add(
                    switch (block.get("type").textValue()) {
                        case "server_tool_use" ->
                            "use " + block.at("/input/query").textValue();
                        case "web_search_tool_result" -> found(block.get("content"));
                        default -> "text " + block.get("text").textValue();
                    });
        }
        return String.join(", ", described);
    }

    private static String found(JsonNode content) {
        List<String> pages = new ArrayList<>();
        content.forEach(page -> {
            if (page.isObject()) {
                assertThat(page.get("encrypted_content").textValue()).startsWith("sluice1.");
                pages.add(page.get("title").textValue() + " " + page.get("url").textValue());
            }
        });
        return content.isArray() ? "found " + String.join(" + ", pages) : "failed";
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }
}
