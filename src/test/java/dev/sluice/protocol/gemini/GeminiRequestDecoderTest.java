package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ChatMessage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.OpaqueReasoning;
import dev.sluice.model.chat.ContentPart.Reasoning;
import dev.sluice.model.chat.ContentPart.ToolCall;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.request.PathModel;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What golden fixtures of requests cannot show: signatures and seals, ids of calls, errors. */
class GeminiRequestDecoderTest {

    private static final Reasoning CLAUDE =
            new Reasoning("Need rain.", new OpaqueReasoning("anthropic-messages", null, "EqQB", null));

    @Test
    void geminisOwnSignaturesStayAtTheirParts() {
        List<ContentPart> parts = model("""
            {"text":"Hm.","thought":true,"thoughtSignature":"QQ=="},
            {"text":"Look.","thoughtSignature":"Qg=="},
            {"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"Qw=="}\
            """);

        assertThat(parts)
                .containsExactly(
                        new Reasoning("Hm.", GeminiSignatures.own("QQ==")),
                        ContentPart.Text.of("Look."),
                        new Reasoning("", GeminiSignatures.own("Qg==")),
                        new ToolCall("call_1_2", "f", "{\"a\":1}", "Qw==", null));
    }

    /** Gemini CLI drops the thought, Python's library writes the signature in the URL-safe alphabet. */
    @Test
    void aSealOnACallBecomesTheReasoningBeforeIt() {
        String seal = GeminiSignatures.ofCall("c1", "Qw==", List.of(CLAUDE), true);
        String urlSafe =
                Base64.getUrlEncoder().encodeToString(Base64.getDecoder().decode(seal));

        for (String sent : List.of(seal, urlSafe)) {
            List<ContentPart> parts = model("{\"text\":\"Need rain.\",\"thought\":true},"
                    + "{\"functionCall\":{\"id\":\"c1\",\"name\":\"f\"},\"thought_signature\":\"" + sent + "\"}");

            assertThat(parts).containsExactly(CLAUDE, new ToolCall("c1", "f", "{}", "Qw==", null));
        }
    }

    @Test
    void aChangedSealIsNoReasoning() {
        String seal = GeminiSignatures.write(List.of(CLAUDE));

        assertThat(model("{\"text\":\"Look.\",\"thoughtSignature\":\"" + seal.substring(0, 20) + "!\"}"))
                .containsExactly(ContentPart.Text.of("Look."));
    }

    @Test
    void aResultWithoutAnIdBelongsToTheFirstOpenCallOfItsFunction() {
        ChatRequest request = decoded("""
            {"contents":[
              {"parts":[{"text":"?"}]},
              {"role":"model","parts":[
                {"functionCall":{"name":"f","args":{"n":1}}},
                {"functionCall":{"name":"g"}},
                {"functionCall":{"name":"f","args":{"n":2}}}]},
              {"role":"user","parts":[
                {"functionResponse":{"name":"f","response":{"result":"one"}}},
                {"functionResponse":{"name":"f","response":{"name":"f","content":"two"}}},
                {"functionResponse":{"name":"g","response":{"a":[1]}}}]}]}\
            """);

        assertThat(request.messages().getLast().parts())
                .containsExactly(
                        result("call_1_0", "one", false),
                        result("call_1_2", "two", false),
                        result("call_1_1", "{\"a\":[1]}", false));
    }

    /** Google's library for Python sends each event of a streamed response back as a content. */
    @Test
    void contentsOfTheModelInARowAreOneMessage() {
        ChatRequest request = decoded("""
            {"contents":[
              {"parts":[{"text":"?"}]},
              {"role":"model","parts":[{"functionCall":{"name":"f"}}]},
              {"role":"model","parts":[{"functionCall":{"name":"f"}}]},
              {"role":"model","parts":[{"text":""}]},
              {"role":"user","parts":[
                {"functionResponse":{"name":"f","response":{"result":"one"}}},
                {"functionResponse":{"name":"f","response":{"result":"two"}}}]}]}\
            """);

        assertThat(request.messages()).hasSize(3);
        assertThat(request.messages().get(1).parts())
                .containsExactly(ToolCall.of("call_1_0", "f", "{}"), ToolCall.of("call_2_0", "f", "{}"));
        assertThat(request.messages().getLast().parts())
                .containsExactly(result("call_1_0", "one", false), result("call_2_0", "two", false));
    }

    @Test
    void contentsWithoutPartsAreLeftOut() {
        ChatRequest request =
                decoded("{\"contents\":[{\"parts\":[{\"text\":\"?\"}]},{\"role\":\"model\",\"parts\":[]}]}");

        assertThat(request.messages()).containsExactly(ChatMessage.of(ChatMessage.Role.USER, ContentPart.Text.of("?")));
    }

    @Test
    void ofSeveralAllowedFunctionsOnlyTheseAreOffered() {
        ChatRequest request = decoded("""
            {"contents":[{"parts":[{"text":"?"}]}],
             "tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"},{"name":"h"}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["h","f"]}}}\
            """);

        assertThat(request.toolChoice()).isEqualTo(ToolChoice.REQUIRED);
        assertThat(request.tools())
                .extracting(tool -> ((dev.sluice.model.chat.Tool.Function) tool).name())
                .containsExactly("f", "h");
    }

    @Test
    void aCountMayHoldAWholeRequest() {
        String whole =
                "{\"generateContentRequest\":{\"model\":\"models/m\",\"contents\":[{\"parts\":[{\"text\":\"?\"}]}],"
                        + "\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]}}}";
        ClientRequest request = Protocols.read(new PathModel(Surface.GENERATE_COUNT, "m", false), ByteSlice.of(whole));

        assertThat(Protocols.of(request.surface().counted()).decode(request).messages())
                .hasSize(2);
    }

    @Test
    void errorsNameTheClientsMembers() {
        assertThat(param("{\"contents\":[{\"parts\":[{\"text\":1}]}]}")).isEqualTo("contents[0].parts[0].text");
        assertThat(param("{\"contents\":[{\"role\":\"assistant\",\"parts\":[{\"text\":\"?\"}]}]}"))
                .isEqualTo("contents[0].role");
        assertThat(param("{\"contents\":[{\"parts\":[{\"inlineData\":{\"data\":\"QQ==\"}}]}]}"))
                .isEqualTo("contents[0].parts[0].inlineData.mimeType");
        assertThat(param("{\"contents\":[]}")).isEqualTo("contents");
        assertThat(param("{\"contents\":[{\"parts\":[{\"text\":\"?\"}]}],\"System_Instruction\":{}}"))
                .isEqualTo("System_Instruction");
        assertThat(param("{}")).isEqualTo("contents");
        assertThat(param("{\"contents\":[{\"parts\":[{\"text\":\"?\"}]}],\"generationConfig\":{},"
                        + "\"generation_config\":{\"maxOutputTokens\":9}}"))
                .isEqualTo("generation_config");
        assertThat(param("{\"contents\":[{\"parts\":[{\"text\":\"?\"}]}],\"generationConfig\":{\"maxOutputTokens\":1,"
                        + "\"max_output_tokens\":9}}"))
                .isEqualTo("generationConfig.maxOutputTokens");
    }

    private static ContentPart result(String id, String text, boolean failed) {
        return new ContentPart.ToolResult(id, List.of(ContentPart.Text.of(text)), failed, null);
    }

    private static String param(String body) {
        return catchThrowableOfType(GatewayException.class, () -> decoded(body))
                .error()
                .param();
    }

    private static List<ContentPart> model(String parts) {
        return decoded("{\"contents\":[{\"parts\":[{\"text\":\"?\"}]},{\"role\":\"model\",\"parts\":[" + parts + "]}]}")
                .messages()
                .getLast()
                .parts();
    }

    private static ChatRequest decoded(String body) {
        ClientRequest request = Protocols.read(new PathModel(Surface.GENERATE, "m", false), ByteSlice.of(body));
        return Protocols.of(Surface.GENERATE).decode(request);
    }
}
