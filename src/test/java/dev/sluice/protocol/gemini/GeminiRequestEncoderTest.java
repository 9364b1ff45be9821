package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests encoded for Gemini, and the parameters reported as dropped. */
class GeminiRequestEncoderTest {

    private static final ChatMessage HI = ChatMessage.of(Role.USER, ContentPart.Text.of("Hi"));

    private final DroppedParameters dropped = new DroppedParameters();

    @Test
    void rolesAlternateAndTheSystemPromptIsSeparate() {
        assertThat(written(
                        ChatMessage.of(Role.SYSTEM, ContentPart.Text.of("Be brief")),
                        HI,
                        ChatMessage.of(Role.USER, ContentPart.Text.of("there")),
                        ChatMessage.of(Role.ASSISTANT, ContentPart.Text.of("Yes?")),
                        ChatMessage.of(Role.DEVELOPER, ContentPart.Text.of("And kind")),
                        ChatMessage.of(Role.USER, ContentPart.Text.of(""), ContentPart.Text.of("Go"))))
                .isEqualTo(json("""
                    {"systemInstruction":{"parts":[{"text":"Be brief"}]},
                     "contents":[{"role":"user","parts":[{"text":"Hi"},{"text":"there"}]},
                                 {"role":"model","parts":[{"text":"Yes?"}]},
                                 {"role":"user","parts":[{"text":"And kind"},{"text":"Go"}]}]}\
                    """));
        assertThat(dropped.list()).containsExactly("messages.system->messages.user");
    }

    @Test
    void toolResultsMatchTheirCallsInNameOrderAndNumber() {
        assertThat(written(
                        HI,
                        ChatMessage.of(
                                Role.ASSISTANT,
                                new ContentPart.ToolCall("a", "get_w", "{\"c\":\"Paris\"}", "Cq==", null),
                                ContentPart.ToolCall.of("b", "now", ""),
                                ContentPart.ToolCall.of("c", "lost", "{}")),
                        ChatMessage.of(Role.TOOL, result("b", "noon", false)),
                        ChatMessage.of(Role.TOOL, result("a", "{\"temp\":9}", false)),
                        ChatMessage.of(Role.USER, ContentPart.Text.of("Well?"))))
                .isEqualTo(json("""
                    {"contents":[{"role":"user","parts":[{"text":"Hi"}]},
                      {"role":"model","parts":[
                        {"functionCall":{"id":"a","name":"get_w","args":{"c":"Paris"}},"thoughtSignature":"Cq=="},
                        {"functionCall":{"id":"b","name":"now","args":{}}},
                        {"functionCall":{"id":"c","name":"lost","args":{}}}]},
                      {"role":"user","parts":[
                        {"functionResponse":{"id":"a","name":"get_w","response":{"temp":9}}},
                        {"functionResponse":{"id":"b","name":"now","response":{"result":"noon"}}},
                        {"functionResponse":{"id":"c","name":"lost","response":{"error":"the tool gave no result"}}},
                        {"text":"Well?"}]}]}\
                    """));
        assertThat(dropped.list()).containsExactly("messages.tool_calls=answered");
    }

    @Test
    void aFailedResultIsAnErrorAndItsMediaAreSeparateParts() {
        assertThat(written(
                                HI,
                                ChatMessage.of(Role.ASSISTANT, ContentPart.ToolCall.of("a", "f", "{}")),
                                ChatMessage.of(
                                        Role.TOOL,
                                        new ContentPart.ToolResult(
                                                "a",
                                                List.of(
                                                        ContentPart.Text.of("no"),
                                                        new ContentPart.Image(
                                                                ContentPart.Source.ofUrl("data:image/png;base64,AA=="),
                                                                null,
                                                                null)),
                                                true,
                                                null)))
                        .contains("""
                            {"functionResponse":{"id":"a","name":"f","response":{"error":"no"}}},\
                            {"inlineData":{"mimeType":"image/png","data":"AA=="}}\
                            """))
                .isTrue();
    }

    @Test
    void signaturesReturnToTheirPartAndForeignOnesAreDropped() {
        ContentPart.OpaqueReasoning own = new ContentPart.OpaqueReasoning("gemini", null, "Sg==", null);

        assertThat(written(
                        HI,
                        ChatMessage.of(
                                Role.ASSISTANT,
                                new ContentPart.Reasoning("Hm.", own),
                                ContentPart.Text.of("Mild."),
                                new ContentPart.Reasoning("", own),
                                new ContentPart.Reasoning(
                                        "other",
                                        new ContentPart.OpaqueReasoning("anthropic-messages", null, "x", null)))))
                .contains("""
                    {"role":"model","parts":[{"text":"Hm.","thought":true,"thoughtSignature":"Sg=="},\
                    {"text":"Mild.","thoughtSignature":"Sg=="}]}\
                    """);
        assertThat(dropped.list()).containsExactly("messages.reasoning");
    }

    @Test
    void callsOfOtherProvidersGetThePlaceholderSignatureOnGemini3() {
        String written = encode(
                request(List.of(HI, ChatMessage.of(Role.ASSISTANT, ContentPart.ToolCall.of("a", "f", "{}"))), Map.of()),
                Trait.THINKING_LEVEL);

        assertThat(written).contains("\"thoughtSignature\":\"skip_thought_signature_validator\"");
        assertThat(dropped.list()).containsExactly("messages.tool_calls.signature=none");
    }

    @Test
    void mediaPartsAreWritten() {
        assertThat(written(ChatMessage.of(
                        Role.USER,
                        new ContentPart.Image(ContentPart.Source.ofUrl("data:image/webp;base64,AA=="), "high", null),
                        new ContentPart.Image(ContentPart.Source.ofUrl("https://ex.org/a.JPG?x=1"), "auto", null),
                        new ContentPart.Audio(new ContentPart.Source(null, "AB==", null, null), "mp3"),
                        new ContentPart.Document(new ContentPart.Source(null, "AC==", null, null), "a.pdf", null))))
                .isEqualTo(json("""
                    {"contents":[{"role":"user","parts":[
                      {"inlineData":{"mimeType":"image/webp","data":"AA=="}},
                      {"fileData":{"fileUri":"https://ex.org/a.JPG?x=1","mimeType":"image/jpeg"}},
                      {"inlineData":{"mimeType":"audio/mp3","data":"AB=="}},
                      {"inlineData":{"mimeType":"application/pdf","data":"AC=="}}]}]}\
                    """));
        assertThat(dropped.list()).containsExactly("messages.image_url.detail", "messages.file.filename");
    }

    @Test
    void toolsFormatsAndParametersAreWritten() {
        ChatRequest request = new ChatRequest(
                "m",
                List.of(HI),
                List.of(
                        new Tool.Function("f", "does", Json.readOrNull("{\"type\":\"object\"}"), true, null),
                        new Tool.Native("openai-responses", "web_search", Json.object())),
                ToolChoice.named("f"),
                new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "x", null, Json.readOrNull("{\"a\":1}"), true),
                null,
                params(
                        "max_tokens", "99",
                        "temperature", "3",
                        "top_p", "0.5",
                        "stop", "[\"A\",\"B\"]",
                        "seed", "7",
                        "n", "1",
                        "logprobs", "true",
                        "top_logprobs", "2",
                        "user", "\"u\"",
                        "parallel_tool_calls", "true"),
                false,
                false);

        assertThat(encode(request)).isEqualTo(json("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
             "tools":[{"functionDeclarations":[
               {"name":"f","description":"does","parametersJsonSchema":{"type":"object"}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
             "generationConfig":{"maxOutputTokens":99,"temperature":2,"topP":0.5,"seed":7,
               "stopSequences":["A","B"],"responseLogprobs":true,"logprobs":2,
               "responseMimeType":"application/json","responseJsonSchema":{"a":1}}}\
            """));
        assertThat(dropped.list())
                .containsExactly("tools.function.strict", "tools.web_search", "temperature=2", "user");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // effort, budget, summary, traits, encoded request, dropped parameter
                "high, -1, -, THINKING_LEVEL, {\"thinkingLevel\":\"HIGH\"}, -",
                "none, -1, -, THINKING_LEVEL, {\"thinkingLevel\":\"LOW\"}, effort=low",
                "minimal, -1, auto, THINKING_LEVEL THINKING_MINIMAL,"
                        + " '{\"thinkingLevel\":\"MINIMAL\",\"includeThoughts\":true}', -",
                "max, -1, -, THINKING_LEVEL, {\"thinkingLevel\":\"HIGH\"}, effort=high",
                "-, 5000, -, THINKING_LEVEL, {\"thinkingLevel\":\"MEDIUM\"}, effort=medium",
                "none, -1, -, THINKING_BUDGET, {\"thinkingBudget\":0}, -",
                "none, -1, -, THINKING_BUDGET THINKING_ALWAYS, {\"thinkingBudget\":128}, effort=128",
                "medium, -1, -, THINKING_BUDGET, {\"thinkingBudget\":8192}, -",
                "-, 777, -, THINKING_BUDGET, {\"thinkingBudget\":777}, -",
                "-, -1, auto, THINKING_BUDGET, {\"includeThoughts\":true}, -",
                "high, -1, -, TOOLS, -, effort"
            })
    void thinkingIsWritten(
            String effort, long budget, String summary, String traits, String expected, String expectedDropped) {
        ChatRequest request = new ChatRequest(
                "m",
                List.of(HI),
                List.of(),
                null,
                null,
                new ReasoningOptions(effort, budget, summary, "effort"),
                Map.of(),
                false,
                false);

        String written = encode(
                request,
                java.util.Arrays.stream(traits.split(" ")).map(Trait::valueOf).toArray(Trait[]::new));

        assertThat(written)
                .isEqualTo("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]"
                        + (expected == null ? "" : ",\"generationConfig\":{\"thinkingConfig\":" + expected + "}")
                        + "}");
        assertThat(dropped.list()).isEqualTo(expectedDropped == null ? List.of() : List.of(expectedDropped));
    }

    @Test
    void unsupportedPartsAreRefusedByName() {
        refused(request(List.of(HI), params("n", "2")), GatewayError.Kind.UNSUPPORTED, "n");
        refused(
                request(List.of(HI), params("stop", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]")),
                GatewayError.Kind.UNSUPPORTED,
                "stop");
        refused(
                request(List.of(HI, ChatMessage.of(Role.TOOL, result("zz", "x", false))), Map.of()),
                GatewayError.Kind.INVALID_REQUEST,
                "messages.tool_call_id");
        refused(
                request(
                        List.of(ChatMessage.of(
                                Role.USER,
                                new ContentPart.Image(new ContentPart.Source(null, null, null, "file-1"), null, null))),
                        Map.of()),
                GatewayError.Kind.UNSUPPORTED,
                "messages.image_url.file_id");
    }

    private void refused(ChatRequest request, GatewayError.Kind kind, String param) {
        GatewayError error = catchThrowableOfType(GatewayException.class, () -> encode(request))
                .error();
        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.param()).isEqualTo(param);
        assertThat(error.message()).contains("'" + param + "'");
    }

    private String written(ChatMessage... turns) {
        return encode(request(List.of(turns), Map.of()));
    }

    private String encode(ChatRequest request, Trait... traits) {
        UpstreamModel target = new UpstreamModel(
                "g", UpstreamModels.variant("gemini"), "some", null, Quirks.NONE, new ModelFacts(0, 0, Set.of(traits)));
        return new GeminiProtocol().encode(request, target, dropped).toText();
    }

    private static ChatRequest request(List<ChatMessage> turns, Map<String, ChatParameter> params) {
        return new ChatRequest("m", turns, List.of(), null, null, null, params, false, false);
    }

    private static ContentPart result(String id, String text, boolean failed) {
        return new ContentPart.ToolResult(id, List.of(ContentPart.Text.of(text)), failed, null);
    }

    private static Map<String, ChatParameter> params(String... pairs) {
        Map<String, ChatParameter> params = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            params.put(pairs[i], new ChatParameter(pairs[i], Json.readOrNull(pairs[i + 1])));
        }
        return params;
    }

    private static String json(String text) {
        return Json.text(Json.readOrNull(text));
    }
}
