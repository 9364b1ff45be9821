package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelFacts.Trait;
import dev.sluice.catalog.Quirks;
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
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests encoded for Anthropic, and the parameters reported as dropped. */
class AnthropicRequestEncoderTest {

    private final List<ChatMessage> turns =
            new ArrayList<>(List.of(ChatMessage.of(Role.USER, ContentPart.Text.of("Hi"))));
    private final List<Tool> tools = new ArrayList<>();
    private final Map<String, ChatParameter> params =
            new LinkedHashMap<>(Map.of(ChatParameter.MAX_TOKENS, new ChatParameter("max_tokens", Json.number(4096))));
    private ToolChoice toolChoice;
    private ResponseFormat format;
    private ReasoningOptions reasoning;
    private Set<Trait> traits = Set.of();
    private long maxOutput;
    private List<String> droppedParameters;

    @Test
    void theMinimalRequestHasModelLimitAndMessages() {
        assertThat(written())
                .isEqualTo(json("{'model':'claude','max_tokens':4096,'messages':[{'role':'user','content':'Hi'}]}"));
        assertThat(droppedParameters).isEmpty();
        maxOutput = 128_000;
        params.clear();
        assertThat(written().get("max_tokens").intValue()).isEqualTo(128_000);
    }

    @Test
    void leadingInstructionsBecomeSystemAndLaterOnesStayWhereSupported() {
        turns.addFirst(ChatMessage.of(Role.DEVELOPER, ContentPart.Text.of("Be kind.")));
        turns.addFirst(ChatMessage.of(Role.SYSTEM, ContentPart.Text.of("Be brief.")));
        turns.add(ChatMessage.of(Role.SYSTEM, ContentPart.Text.of("Now in French.")));
        turns.add(ChatMessage.of(Role.ASSISTANT, ContentPart.Text.of("Salut")));
        turns.add(ChatMessage.of(Role.USER, ContentPart.Text.of("Go on")));

        JsonNode old = written();

        assertThat(old.get("system"))
                .isEqualTo(json("[{'type':'text','text':'Be brief.'},{'type':'text','text':'Be kind.'}]"));
        assertThat(old.get("messages").get(0).get("content"))
                .isEqualTo(json("[{'type':'text','text':'Hi'},{'type':'text','text':'Now in French.'}]"));
        assertThat(droppedParameters).containsExactly("messages.system->messages.user");
        traits = Set.of(Trait.SYSTEM_ANYWHERE);
        assertThat(written().get("messages").get(1)).isEqualTo(json("{'role':'system','content':'Now in French.'}"));
        assertThat(droppedParameters).isEmpty();
    }

    @Test
    void toolResultsFollowTheirCallsInOrder() {
        ContentPart.OpaqueReasoning opaque = new ContentPart.OpaqueReasoning("anthropic-messages", null, "sig", null);
        turns.add(ChatMessage.of(
                Role.ASSISTANT,
                ContentPart.Text.of("Let me see."),
                new ContentPart.Reasoning("hm", opaque),
                new ContentPart.Reasoning(
                        "foreign", new ContentPart.OpaqueReasoning("openai-responses", "rs_1", null, "x")),
                ContentPart.ToolCall.of("call:1", "a", "{\"x\":1.50}"),
                ContentPart.ToolCall.of("call_2", "b", "")));
        turns.add(ChatMessage.of(Role.USER, ContentPart.Text.of("And?"), ContentPart.Text.of(" ")));
        turns.add(ChatMessage.of(Role.TOOL, new ContentPart.ToolResult("call_2", List.of(), true, null)));
        turns.add(ChatMessage.of(
                Role.TOOL,
                new ContentPart.ToolResult(
                        "call:1", List.of(ContentPart.Text.of("one")), false, json("{'type':'ephemeral'}"))));
        turns.add(ChatMessage.of(
                Role.TOOL, new ContentPart.ToolResult("orphan", List.of(ContentPart.Text.of("?")), false, null)));
        tools.add(new Tool.Function("a", null, null, null, null));

        JsonNode messages = written().get("messages");

        assertThat(messages).hasSize(3);
        assertThat(Json.text(messages.get(1))).isEqualTo(Json.text(json("""
            {'role':'assistant','content':[{'type':'thinking','thinking':'hm','signature':'sig'},
             {'type':'text','text':'Let me see.'},{'type':'tool_use','id':'call_1','name':'a','input':{'x':1.50}},
             {'type':'tool_use','id':'call_2','name':'b','input':{}}]}\
            """)));
        assertThat(Json.text(messages.get(2))).isEqualTo(Json.text(json("""
            {'role':'user','content':[
             {'type':'tool_result','tool_use_id':'call_1','content':'one','cache_control':{'type':'ephemeral'}},
             {'type':'tool_result','tool_use_id':'call_2','is_error':true},{'type':'text','text':'And?'}]}\
            """)));
        assertThat(droppedParameters).containsExactly("messages.reasoning", "messages.tool");
    }

    @Test
    void missingToolResultsAreFilledInAndToolsOfTheHistoryAreDeclared() {
        turns.add(ChatMessage.of(Role.ASSISTANT, ContentPart.ToolCall.of("c", "look", "{}")));
        turns.add(ChatMessage.of(Role.ASSISTANT, ContentPart.ToolCall.of("d", "look", "{}")));

        JsonNode body = written();

        assertThat(body.get("messages")).hasSize(3);
        assertThat(body.get("messages").get(1).get("content")).hasSize(2);
        assertThat(body.get("messages").get(2).get("content").get(1))
                .isEqualTo(json("{'type':'tool_result','tool_use_id':'d','content':'The tool gave no"
                        + " result.','is_error':true}"));
        assertThat(body.get("tools")).isEqualTo(json("[{'name':'look','input_schema':{'type':'object'}}]"));
        assertThat(body.get("tool_choice")).isEqualTo(json("{'type':'none'}"));
        assertThat(droppedParameters).containsExactly("messages.tool=missing");
    }

    @Test
    void aConversationStartsWithTheUserAndEndsWithPrefillOnlyWhereSupported() {
        turns.set(0, ChatMessage.of(Role.ASSISTANT, ContentPart.Text.of("Once upon ")));

        assertThat(written().get("messages"))
                .isEqualTo(json("[{'role':'user','content':'.'},{'role':'assistant','content':'Once upon'}]"));
        traits = Set.of(Trait.NO_PREFILL);
        assertRefused("messages");
    }

    @Test
    void imagesAndDocumentsAreSentAsBase64OrUrls() {
        JsonNode cache = json("{'type':'ephemeral'}");
        turns.set(
                0,
                ChatMessage.of(
                        Role.USER,
                        new ContentPart.Image(ContentPart.Source.ofUrl("data:image/png;base64,QUJD"), "high", cache),
                        new ContentPart.Image(ContentPart.Source.ofUrl("https://x/y.png"), null, null),
                        new ContentPart.Document(
                                new ContentPart.Source("application/pdf", "JVBERi0x", null, null), "a.pdf", null),
                        new ContentPart.Document(
                                new ContentPart.Source("text/plain", "aGk=", null, null), null, null)));

        assertThat(written().get("messages").get(0).get("content")).isEqualTo(json("""
            [{'type':'image','source':{'type':'base64','media_type':'image/png','data':'QUJD'},'cache_control':{'type':'ephemeral'}},
             {'type':'image','source':{'type':'url','url':'https://x/y.png'}},
             {'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'JVBERi0x'},'title':'a.pdf'},
             {'type':'document','source':{'type':'text','media_type':'text/plain','data':'hi'}}]\
            """));
        assertThat(droppedParameters).containsExactly("messages.image_url.detail");
        turns.set(
                0,
                ChatMessage.of(
                        Role.USER,
                        new ContentPart.Image(new ContentPart.Source("image/tiff", "QUJD", null, null), null, null)));
        assertRefused("messages.image_url");
        turns.set(
                0,
                ChatMessage.of(
                        Role.USER,
                        new ContentPart.Audio(new ContentPart.Source("audio/wav", "QUJD", null, null), "wav")));
        assertRefused("messages.input_audio");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        temperature | 1.5   | '' | temperature=1          | temperature | 1
        temperature | 0.30  | '' | ''                     | temperature | 0.30
        temperature | 0.3   | NO_SAMPLING | temperature   | temperature | ''
        top_k       | 5     | '' | ''                     | top_k       | 5
        top_k       | 5     | NO_SAMPLING | top_k         | top_k       | ''
        seed        | 7     | '' | seed                   | seed        | ''
        n           | 1     | '' | ''                     | n           | ''
        stop        | '" "' | '' | stop                   | stop_sequences | ''
        stop        | '"X"' | '' | ''                     | stop_sequences | '["X"]'
        user        | '"u"' | '' | ''                     | metadata    | '{"user_id":"u"}'
        service_tier| '"flex"' | '' | service_tier        | service_tier | ''
        service_tier| '"default"' | '' | ''               | service_tier | '"standard_only"'
        max_tokens  | 50    | '' | ''                     | max_tokens  | 50
        parallel_tool_calls | false | '' | parallel_tool_calls | tool_choice | ''
        """)
    void aParameterIsWrittenOrReportedAsDropped(
            String name, String value, String trait, String expectedDropped, String member, String expected) {
        params.put(name, new ChatParameter(name, Json.readOrNull(value)));
        traits = trait.isEmpty() ? Set.of() : Set.of(Trait.valueOf(trait));

        JsonNode written = written().get(member);

        assertThat(written == null ? "" : Json.text(written)).isEqualTo(expected);
        assertThat(droppedParameters).isEqualTo(expectedDropped.isEmpty() ? List.of() : List.of(expectedDropped));
    }

    @Test
    void severalChoicesAreRefused() {
        params.put(ChatParameter.N, new ChatParameter("n", Json.number(2)));
        assertRefused("n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        AUTO     | ''   | ''             | {"type":"auto"} | ''
        NONE     | ''   | false          | {"type":"none"} | ''
        REQUIRED | ''   | ''             | {"type":"any"}  | ''
        REQUIRED | ''   | false          | {"type":"any","disable_parallel_tool_use":true} | ''
        NAMED    | a    | ''             | {"type":"tool","name":"a"} | ''
        ''       | ''   | false          | {"type":"auto","disable_parallel_tool_use":true} | ''
        NAMED    | a    | NO_FORCED_TOOL | {"type":"auto"} | tool_choice=auto
        """)
    void theToolChoiceIsWritten(String mode, String name, String more, String expected, String expectedDropped) {
        tools.add(new Tool.Function("a", "does", json("{'properties':{}}"), true, json("{'type':'ephemeral'}")));
        tools.add(new Tool.Native("openai-responses", "file_search", Json.object()));
        toolChoice =
                mode.isEmpty() ? null : new ToolChoice(ToolChoice.Mode.valueOf(mode), name.isEmpty() ? null : name);
        if (more.equals("false")) {
            params.put(
                    ChatParameter.PARALLEL_TOOL_CALLS,
                    new ChatParameter("parallel_tool_calls", Json.readOrNull("false")));
        } else if (!more.isEmpty()) {
            traits = Set.of(Trait.valueOf(more));
        }

        JsonNode body = written();

        assertThat(Json.text(body.get("tool_choice"))).isEqualTo(expected);
        assertThat(body.get("tools"))
                .isEqualTo(json("[{'name':'a','description':'does','input_schema':{'type':'object','properties':{},"
                        + "'additionalProperties':false},'strict':true,'cache_control':{'type':'ephemeral'}}]"));
        assertThat(droppedParameters)
                .isEqualTo(
                        expectedDropped.isEmpty()
                                ? List.of("tools.additionalProperties=false", "tools.file_search")
                                : List.of("tools.additionalProperties=false", "tools.file_search", expectedDropped));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        high    | THINKING_BUDGET        | {"type":"enabled","budget_tokens":16384} | ''   | ''
        none    | THINKING_BUDGET        | ''                       | ''   | ''
        high    | THINKING_ADAPTIVE      | {"type":"adaptive"}      | high | ''
        minimal | THINKING_ADAPTIVE      | {"type":"adaptive"}      | low  | reasoning_effort=low
        none    | THINKING_ADAPTIVE      | {"type":"disabled"}      | ''   | ''
        xhigh   | THINKING_ALWAYS        | ''                       | xhigh | ''
        none    | THINKING_ALWAYS        | ''                       | low  | reasoning_effort=low
        none    | THINKING_BETWEEN_TOOLS | {"type":"between_tools"} | ''   | ''
        low     | VISION                 | ''                       | ''   | reasoning_effort
        """)
    void thinkingIsWrittenAsTheModelAcceptsIt(
            String effort, Trait trait, String thinking, String written, String expectedDropped) {
        reasoning = new ReasoningOptions(effort, -1, null, "reasoning_effort");
        traits = Set.of(trait);

        JsonNode body = written();

        assertThat(body.has("thinking") ? Json.text(body.get("thinking")) : "").isEqualTo(thinking);
        assertThat(body.path("output_config").path("effort").asText()).isEqualTo(written);
        assertThat(droppedParameters).isEqualTo(expectedDropped.isEmpty() ? List.of() : List.of(expectedDropped));
    }

    @Test
    void thinkingBudgetsRaiseMaxTokensOrAreReduced() {
        reasoning = new ReasoningOptions(null, 10_000, "auto", "thinking");
        traits = Set.of(Trait.THINKING_BUDGET);
        params.put(ChatParameter.TEMPERATURE, new ChatParameter("temperature", Json.number(0.5)));

        JsonNode body = written();

        assertThat(body.get("max_tokens").intValue()).isEqualTo(14_096);
        assertThat(body.get("thinking").get("budget_tokens").intValue()).isEqualTo(10_000);
        assertThat(droppedParameters).containsExactly("temperature");
        tools.add(new Tool.Function("a", null, null, null, null));
        toolChoice = ToolChoice.REQUIRED;
        assertThat(written().has("thinking")).isFalse();
        assertThat(droppedParameters).containsExactly("thinking=off");
    }

    @Test
    void responseFormatsAreWrittenAsASchemaOrAnInstruction() {
        JsonNode schema = json(
                "{'type':'object','properties':{'b':{'type':'null'},'a':{'$ref':'#'}},'additionalProperties':false}");
        format = new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "n", null, schema, true);
        reasoning = new ReasoningOptions("low", -1, "auto", "reasoning_effort");
        traits = Set.of(Trait.THINKING_ADAPTIVE);

        JsonNode body = written();

        assertThat(Json.text(body.get("output_config").get("format")))
                .isEqualTo("{\"type\":\"json_schema\",\"schema\":" + Json.text(schema) + "}");
        assertThat(body.get("output_config").get("effort").textValue()).isEqualTo("low");
        assertThat(body.get("thinking").get("display").textValue()).isEqualTo("summarized");
        format = ResponseFormat.JSON_OBJECT;
        assertThat(written().get("system").textValue()).contains("JSON object");
        assertThat(droppedParameters).containsExactly("response_format=instruction");
    }

    @Test
    void theVersionIsThatOfTheModelUnlessTheProviderHasOne() {
        AnthropicProtocol protocol = new AnthropicProtocol();

        assertThat(protocol.headers(model(null))).containsExactly("anthropic-version", "2023-06-01");
        traits = Set.of(Trait.NO_SAMPLING);
        assertThat(protocol.headers(model(null))).containsExactly("anthropic-version", "2026-10-21");
        assertThat(protocol.headers(model("2025-01-01"))).containsExactly("anthropic-version", "2025-01-01");
    }

    private void assertRefused(String param) {
        GatewayError error =
                catchThrowableOfType(GatewayException.class, this::written).error();
        assertThat(error.kind()).isEqualTo(GatewayError.Kind.UNSUPPORTED);
        assertThat(error.param()).isEqualTo(param);
        assertThat(error.otherTargetMayServe()).isTrue();
    }

    private JsonNode written() {
        DroppedParameters left = new DroppedParameters();
        ChatRequest request = new ChatRequest("m", turns, tools, toolChoice, format, reasoning, params, false, false);
        String body = new AnthropicProtocol().encode(request, model(null), left).toText();
        droppedParameters = left.list();
        return Json.readOrNull(body);
    }

    private UpstreamModel model(String apiVersion) {
        return new UpstreamModel(
                "p",
                UpstreamModels.variant("anthropic"),
                "claude",
                apiVersion,
                Quirks.NONE,
                new ModelFacts(0, maxOutput, traits));
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }
}
