package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import org.junit.jupiter.api.Test;

/** Messages in the forms of OpenAI's description. */
class ResponsesMessageEncoderTest {

    /** A part of type {@code output_text} belongs to an output message, which has an id and a status. */
    @Test
    void textsOfTheAssistantAreStringsInTheirOrder() {
        JsonNode input = input("{'role':'assistant','content':[{'type':'text','text':'a'},"
                + "{'type':'tool_use','id':'t','name':'n','input':{}},{'type':'text','text':'b'}]}");

        assertThat(input)
                .isEqualTo(json("[{'type':'message','role':'assistant','content':'a'},"
                        + "{'type':'function_call','call_id':'t','name':'n','arguments':'{}'},"
                        + "{'type':'message','role':'assistant','content':'b'}]"));
    }

    @Test
    void everyImageHasADetail() {
        JsonNode input = input("{'role':'user','content':[{'type':'image','source':"
                + "{'type':'base64','media_type':'image/png','data':'QUJD'}}]}");

        assertThat(input.at("/0/content/0"))
                .isEqualTo(json("{'type':'input_image','image_url':'data:image/png;base64,QUJD','detail':'auto'}"));
    }

    private static JsonNode input(String message) {
        String request = "{'model':'m','max_tokens':9,'tools':[{'name':'n','input_schema':{'type':'object'}}],"
                + "'messages':[" + message + "]}";
        ProviderSettings provider = ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: openai, api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
        ByteSlice body = Protocols.codecFor(
                        Protocols.read(Surface.MESSAGES, ByteSlice.of(request.replace('\'', '"'))),
                        provider,
                        "gpt-6-sol",
                        0)
                .body()
                .joined();
        return Json.readOrNull(body.toText()).path("input");
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }
}
