package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.UpstreamBody;
import org.junit.jupiter.api.Test;

/** Content in the forms that the providers' own descriptions have. */
class OpenAiContentEncoderTest {

    private static final String PDF =
            "{'type':'document','title':'a.pdf','source':{'type':'base64','media_type':'application/pdf','data':'QUJD'}}";

    @Test
    void mistralTakesDocumentsByUrlAndDataUrl() {
        JsonNode part = sent("mistral", "mistral-large-4", user(PDF)).at("/messages/0/content/0");

        assertThat(part)
                .isEqualTo(json("{'type':'document_url','document_url':'data:application/pdf;base64,QUJD',"
                        + "'document_name':'a.pdf'}"));
    }

    @Test
    void documentsThatAProviderCannotTakeAreRefused() {
        assertThatThrownBy(() -> sent("groq", "openai/gpt-oss-120b", user(PDF)))
                .hasMessageContaining("'messages.content.document'");
        assertThatThrownBy(() -> sent("grok", "grok-4.7", user(PDF)))
                .hasMessageContaining("'messages.content.document'");
    }

    @Test
    void theOriginalDetailOfAnImageIsHighInChatCompletions() {
        UpstreamBody body = body(
                Surface.RESPONSES,
                "mistral",
                "mistral-large-4",
                "'input':[{'role':'user','content':[{'type':'input_image','detail':'original','image_url':"
                        + "'data:image/png;base64,QUJD'}]}]");

        assertThat(Json.readOrNull(body.joined().toText())
                        .at("/messages/0/content/0/image_url/detail")
                        .textValue())
                .isEqualTo("high");
        assertThat(body.dropped()).contains("messages.image_url.detail=high");
    }

    @Test
    void theCacheMarkOfAToolResultIsInItsLastPart() {
        JsonNode sent = sent(
                "openrouter",
                "anthropic/claude-sonnet-4.6",
                "{'role':'assistant','content':[{'type':'tool_use','id':'t','name':'n','input':{}}]},"
                        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t','content':'r',"
                        + "'cache_control':{'type':'ephemeral'}}]}");

        assertThat(sent.at("/messages/1"))
                .isEqualTo(json("{'role':'tool','tool_call_id':'t','content':"
                        + "[{'type':'text','text':'r','cache_control':{'type':'ephemeral'}}]}"));
    }

    private static String user(String block) {
        return "{'role':'user','content':[" + block + "]}";
    }

    private static JsonNode sent(String type, String model, String messages) {
        String members = "'max_tokens':9,'messages':[" + messages + "]";
        return Json.readOrNull(
                body(Surface.MESSAGES, type, model, members).joined().toText());
    }

    private static UpstreamBody body(Surface surface, String type, String model, String members) {
        String request = "{'model':'m'," + members + "}";
        ProviderSettings provider = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: " + type + ", api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
        return Protocols.codecFor(Protocols.read(surface, ByteSlice.of(request.replace('\'', '"'))), provider, model, 0)
                .body();
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }
}
