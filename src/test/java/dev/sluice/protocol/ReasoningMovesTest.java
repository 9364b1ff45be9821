package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A conversation with thinking and tools that one provider began goes on at every other one, for clients of all three
 * formats: reasoning returns to the provider that made it, and is removed for the others. Also writes the tables of
 * translation.md.
 */
class ReasoningMovesTest {

    private static final Path PAGE = Path.of("src/docs/translation.md");
    private static final String BEGIN = "<!-- written by ReasoningMovesTest -->\n";
    private static final String END = "<!-- end of what ReasoningMovesTest writes -->\n";

    private static final String RETURNED = "back";
    private static final String REMOVED = "–";
    private static final String AS_TEXT = "text";
    private static final String UNREAD = "as is";
    private static final String NONE = "";

    /** Members and values that only Sluice writes. */
    private static final List<String> SEALS = List.of("sluice1.", "sluice/");

    /**
     * A provider with what it responds to a question that needs a tool: thinking "plan-NAME" and one call.
     *
     * @param takesText whether it takes the text of reasoning that has no proof
     */
    private record Provider(String name, String type, String model, boolean takesText) {

        String plan() {
            return "plan-" + name;
        }

        /** @param path the key of the endpoint that the codec has chosen */
        String response(String path) {
            return switch (path) {
                case "responses" ->
                    "{'id':'resp_1','object':'response','model':'m','status':'completed','output':[{'type':'reasoning',"
                            + "'id':'rs_7','summary':[{'type':'summary_text','text':'" + plan()
                            + "'}],'encrypted_content':'" + proof("ENC")
                            + "'},{'type':'function_call','id':'fc_1','call_id':'c1','name':'now','arguments':'{}','status':"
                            + "'completed'}],'usage':{'input_tokens':1,'output_tokens':1,'total_tokens':2}}";
                case "messages" ->
                    "{'id':'msg_1','type':'message','role':'assistant','model':'m','content':[{'type':'thinking',"
                            + "'thinking':'" + plan() + "','signature':'" + proof("SIG")
                            + "'},{'type':'tool_use','id':'c1','name':'now','input':{}}],'stop_reason':'tool_use',"
                            + "'usage':{'input_tokens':1,'output_tokens':1}}";
                case "generate" ->
                    "{'candidates':[{'content':{'role':'model','parts':[{'text':'" + plan()
                            + "','thought':true},{'functionCall':{'id':'c1','name':'now','args':{}},'thoughtSignature':'"
                            + proof("SIG")
                            + "'}]},'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':1,'candidatesTokenCount':1,"
                            + "'totalTokenCount':2}}";
                case "cohere_chat" ->
                    "{'id':'x','finish_reason':'TOOL_CALL','message':{'role':'assistant','content':[{'type':'thinking',"
                            + "'thinking':'" + plan()
                            + "'}],'tool_calls':[{'id':'c1','type':'function','function':{'name':"
                            + "'now','arguments':'{}'}}]},'usage':{'tokens':{'input_tokens':1,'output_tokens':1}}}";
                case "chat" ->
                    "{'id':'x','object':'chat.completion','created':1,'model':'m','choices':[{'index':0,'message':{"
                            + "'role':'assistant'," + chatReasoning()
                            + ",'tool_calls':[{'id':'c1','type':'function','function':{'name':'now','arguments':'{}'}}]},"
                            + "'finish_reason':'tool_calls'}],'usage':{'prompt_tokens':1,'completion_tokens':1,"
                            + "'total_tokens':2}}";
                default -> throw new IllegalStateException(path);
            };
        }

        /** Whether a response of this endpoint has reasoning. */
        boolean reasons(String path) {
            return !path.equals("chat") || !chatReasoning().equals("'content':null");
        }

        /** What is to be sent back with the reasoning, empty when nothing proves it. */
        String proofAt(String path) {
            return switch (path) {
                case "responses" -> proof("ENC");
                case "messages", "generate" -> proof("SIG");
                case "cohere_chat" -> "";
                default -> type.equals("openrouter") ? proof("SIG") : "";
            };
        }

        private String proof(String kind) {
            return kind + name.replaceAll("[^a-zA-Z0-9]", "") + "0000";
        }

        private String chatReasoning() {
            return switch (type) {
                case "openai", "azure_openai" -> "'content':null";
                case "mistral" ->
                    "'content':[{'type':'thinking','thinking':[{'type':'text','text':'" + plan() + "'}]}]";
                case "groq", "ollama", "vllm" -> "'content':null,'reasoning':'" + plan() + "'";
                case "openrouter" ->
                    "'content':null,'reasoning':'" + plan() + "','reasoning_details':[{'type':'reasoning.text','text':'"
                            + plan() + "','signature':'" + proof("SIG")
                            + "','format':'anthropic-claude-v1','index':0}]";
                default -> "'content':null,'reasoning_content':'" + plan() + "'";
            };
        }
    }

    private static final List<Provider> PROVIDERS = List.of(
            provider("openai", "gpt-6.1-terra", false),
            new Provider("gpt-4o", "openai", "gpt-4o", false),
            provider("azure_openai", "gpt-5", false),
            new Provider("compatible", "openai_compatible", "kimi-k3", true),
            provider("deepseek", "deepseek-v4", true),
            provider("groq", "openai/gpt-oss-120b", true),
            provider("mistral", "magistral-medium", true),
            provider("ollama", "qwen3", true),
            provider("vllm", "qwen3", true),
            provider("grok", "grok-4.6", false),
            provider("openrouter", "anthropic/claude-sonnet-4.5", true),
            new Provider("claude-4.5", "anthropic", "claude-sonnet-4-5", false),
            new Provider("claude-5", "anthropic", "claude-opus-5", false),
            new Provider("gemini-2.5", "gemini", "gemini-2.5-flash", false),
            new Provider("gemini-3", "gemini", "gemini-3-pro-preview", false),
            provider("cohere", "command-a-reasoning-08-2025", true));

    private static final Map<String, ProviderSettings> SETTINGS = new LinkedHashMap<>();

    static Stream<Named<Surface>> clients() {
        return Stream.of(Surface.MESSAGES, Surface.RESPONSES, Surface.CHAT_COMPLETIONS)
                .map(client -> Named.of(client.label(), client));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void everyProviderGoesOnWithTheConversationOfEveryOther(Surface client) {
        for (Provider maker : PROVIDERS) {
            for (Provider target : PROVIDERS) {
                assertThat(outcome(client, maker, target))
                        .as("%s: %s, then %s", client, maker.name(), target.name())
                        .isIn(RETURNED, REMOVED, AS_TEXT, UNREAD, NONE);
            }
        }
    }

    @Test
    void theTablesOfThePageAreThose() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        String expected = page.substring(0, begin) + BEGIN + tables() + page.substring(end);

        Path made = Path.of("target/docs/translation.md");
        Files.createDirectories(made.getParent());
        Files.writeString(made, expected);
        assertThat(PAGE).as("cp %s %s", made, PAGE).hasContent(expected);
    }

    private static String tables() {
        StringBuilder text = new StringBuilder();
        clients().forEach(client -> {
            text.append("\n| ").append(client.getName()).append(" |");
            PROVIDERS.forEach(target -> text.append(' ').append(target.name()).append(" |"));
            text.append("\n|").append("---|".repeat(PROVIDERS.size() + 1)).append('\n');
            for (Provider maker : PROVIDERS) {
                text.append("| ").append(maker.name()).append(" |");
                PROVIDERS.forEach(target -> text.append(' ')
                        .append(outcome(client.getPayload(), maker, target))
                        .append(" |"));
                text.append('\n');
            }
        });
        return text.append('\n').toString();
    }

    /** What the second provider gets of the first one's reasoning, checked against the rules. */
    private static String outcome(Surface client, Provider maker, Provider target) {
        ProviderCodec first = codec(maker, client, request(client, List.of()));
        String path = first.path().equals("stream_generate") ? "generate" : first.path();
        assertThat(first.errorOf(200, ByteSlice.of(json(maker.response(path))))).isNull();
        JsonNode response = Json.readOrNull(first.completeResponse(ByteSlice.of(json(maker.response(path))))
                .body()
                .toText());

        ProviderCodec second = codec(target, client, request(client, history(client, response)));
        UpstreamBody body = second.body();
        String sent = body.joined().toText();

        String pair = client + ": " + maker.name() + ", then " + target.name() + ": " + sent;
        assertThat(sent).as(pair).contains("noon").doesNotContain(SEALS);
        String proof = maker.proofAt(path);
        boolean same = maker.type().equals(target.type());
        if (second.path().equals("chat") && target.type().matches("openai|azure_openai")) {
            assertThat(sent).as(pair).doesNotContain("\"reasoning_content\"", "reasoning_details", "extra_content");
        }
        if (!maker.reasons(path)) {
            return NONE;
        }
        if (!proof.isEmpty() && sent.contains(proof)) {
            boolean unread = client == Surface.RESPONSES
                    && path.equals("responses")
                    && second.path().equals("responses");
            boolean sealed = path.equals(second.path());
            assertThat(same || unread || sealed).as(pair).isTrue();
            if (same) {
                assertThat(body.dropped()).as(pair).noneMatch(entry -> entry.matches(".*(thinking|reasoning)"));
            }
            return same ? RETURNED : UNREAD;
        }
        if (sent.contains(maker.plan())) {
            assertThat(proof).as(pair).isEmpty();
            assertThat(target.takesText()).as(pair).isTrue();
            return same ? RETURNED : AS_TEXT;
        }
        assertThat(body.dropped()).as(pair).anyMatch(entry -> entry.matches(".*(thinking|reasoning|signature).*"));
        boolean sameEndpoint = path.equals(second.path());
        assertThat(same && sameEndpoint && (!proof.isEmpty() || target.takesText()))
                .as("lost at its own provider: %s", pair)
                .isFalse();
        return REMOVED;
    }

    /** What the client sends of the response: all of it, and the tool's result. */
    private static List<JsonNode> history(Surface client, JsonNode response) {
        List<JsonNode> added = new ArrayList<>();
        switch (client) {
            case CHAT_COMPLETIONS -> {
                JsonNode message = response.at("/choices/0/message");
                added.add(message);
                added.add(tree("{'role':'tool','tool_call_id':'"
                        + message.at("/tool_calls/0/id").asText() + "','content':'noon'}"));
            }
            case MESSAGES -> {
                JsonNode content = response.get("content");
                added.add(Json.object().put("role", "assistant").set("content", content));
                added.add(tree("{'role':'user','content':[{'type':'tool_result','tool_use_id':'"
                        + content.findValue("id").asText() + "','content':'noon'}]}"));
            }
            default -> {
                response.get("output").forEach(added::add);
                added.add(tree("{'type':'function_call_output','call_id':'"
                        + response.get("output").findValue("call_id").asText() + "','output':'noon'}"));
            }
        }
        return added;
    }

    private static JsonNode request(Surface client, List<JsonNode> more) {
        JsonNode body = tree(
                switch (client) {
                    case CHAT_COMPLETIONS ->
                        "{'model':'m','reasoning_effort':'high','messages':[{'role':'user','content':'q'}],'tools':[{"
                            + "'type':'function','function':{'name':'now','parameters':{'type':'object','properties':{}}}}]}";
                    case MESSAGES ->
                        "{'model':'m','max_tokens':9000,'thinking':{'type':'enabled','budget_tokens':2000},'messages':[{"
                            + "'role':'user','content':'q'}],'tools':[{'name':'now','input_schema':{'type':'object',"
                            + "'properties':{}}}]}";
                    default ->
                        "{'model':'m','reasoning':{'effort':'high'},'include':['reasoning.encrypted_content'],'input':[{"
                            + "'role':'user','content':'q'}],'tools':[{'type':'function','name':'now','parameters':{'type':"
                            + "'object','properties':{}}}]}";
                });
        ArrayNode conversation = (ArrayNode) body.get(client == Surface.RESPONSES ? "input" : "messages");
        more.forEach(conversation::add);
        return body;
    }

    private static ProviderCodec codec(Provider provider, Surface client, JsonNode request) {
        return Protocols.codecFor(
                Protocols.read(client, ByteSlice.of(Json.text(request))),
                settings(provider.type()),
                provider.model(),
                0);
    }

    private static ProviderSettings settings(String type) {
        return SETTINGS.computeIfAbsent(
                type,
                known -> ProviderSettings.of(
                        "p",
                        Configs.config("providers: { p: { type: " + known
                                        + ", base_url: 'https://localhost', api_keys: [{ key: k }] } }")
                                .providers()
                                .get("p")));
    }

    private static Provider provider(String type, String model, boolean takesText) {
        return new Provider(type, type, model, takesText);
    }

    private static JsonNode tree(String text) {
        return Json.readOrNull(json(text));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
