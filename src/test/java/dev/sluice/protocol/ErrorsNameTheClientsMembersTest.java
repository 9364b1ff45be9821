package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refusal of a translated request names what the client wrote, not what the provider or OpenAI call it. */
class ErrorsNameTheClientsMembersTest {

    private static final String RESULT = "'messages':[{'role':'user','content':[{'type':'tool_result',"
            + "'tool_use_id':'other','content':'r'}]}],'max_tokens':9";

    private static final String OUTPUT = "'input':[{'type':'function_call_output','call_id':'other','output':'r'}]";

    private static final String CHAT_RESULT = "'messages':[{'role':'tool','tool_call_id':'other','content':'r'}]";

    private static final String PDF =
            "'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64',"
                    + "'media_type':'application/pdf','data':'JVBERi0='}}]}],'max_tokens':9";

    private static final String FILE =
            "'input':[{'role':'user','content':[{'type':'input_file','file_data':'data:application/pdf;base64,JVBERi0='}]}]";

    @ParameterizedTest
    @CsvSource({
        "MESSAGES, gemini, RESULT, messages.content.tool_use_id",
        "RESPONSES, gemini, OUTPUT, input.call_id",
        "CHAT_COMPLETIONS, gemini, CHAT_RESULT, messages.tool_call_id",
        "MESSAGES, cohere, PDF, messages.content.document",
        "RESPONSES, cohere, FILE, input.content.input_file"
    })
    void theMemberIsTheClients(Surface surface, String type, String body, String member) {
        String text = switch (body) {
            case "RESULT" -> RESULT;
            case "OUTPUT" -> OUTPUT;
            case "CHAT_RESULT" -> CHAT_RESULT;
            case "PDF" -> PDF;
            default -> FILE;
        };
        ClientRequest request =
                Protocols.read(surface, ByteSlice.of(("{'model':'m'," + text + "}").replace('\'', '"')));
        ProviderSettings provider = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: " + type + ", api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));

        assertThatThrownBy(() -> Protocols.codecFor(request, provider, "m", 0).body())
                .isInstanceOfSatisfying(GatewayException.class, refused -> {
                    assertThat(refused.error().param()).isEqualTo(member);
                    assertThat(refused.getMessage()).contains("'" + member + "'");
                });
    }

    @Test
    void geminiHasPartsOfContents() {
        assertThat(Protocols.of(Surface.GENERATE).messageMembers().path("messages.input_audio.format"))
                .isEqualTo("contents.parts.inlineData.format");
        assertThat(Protocols.of(Surface.GENERATE).messageMembers().path("messages"))
                .isEqualTo("contents");
        assertThat(Protocols.of(Surface.GENERATE).messageMembers().path("stop")).isEqualTo("stop");
    }
}
