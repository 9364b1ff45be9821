package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gemini's clients drop thoughts and keep the signature of a call. So the first call of a response has a seal, also
 * where the provider signs nothing: by it the reasoning returns, and Gemini gets a placeholder for its signature.
 */
class GeminiClientsKeepReasoningTest {

    private static final String QUESTION = "{'role':'user','parts':[{'text':'q'}]}";

    @ParameterizedTest
    @ValueSource(strings = {"", "'reasoning_content':'plan',"})
    void theFirstCallOfAResponseIsSealed(String reasoning) {
        String response =
                "{'id':'c','object':'chat.completion','created':1,'model':'m','choices':[{'index':0,'message':{"
                        + "'role':'assistant','content':null," + reasoning + "'tool_calls':[" + call("c1") + ","
                        + call("c2")
                        + "]},'finish_reason':'tool_calls'}]}";

        JsonNode parts = Json.readOrNull(codec("openai_compatible", "kimi-k3", QUESTION)
                        .completeResponse(ByteSlice.of(json(response)))
                        .body()
                        .toText())
                .at("/candidates/0/content/parts");
        JsonNode first = parts.get(parts.size() - 2);
        assertThat(first.get("thoughtSignature").textValue()).startsWith("c2x1aWNlMS");
        assertThat(parts.get(parts.size() - 1).has("thoughtSignature")).isFalse();

        String next = QUESTION + ",{'role':'model','parts':[" + first
                + "]},{'role':'user','parts':[{'functionResponse':{" + "'name':'now','response':{'result':'noon'}}}]}";
        String back = sent(codec("openai_compatible", "kimi-k3", next).body());
        assertThat(back).doesNotContain("sluice1", "c2x1aWNlMS");
        assertThat(back.contains("\"reasoning_content\":\"plan\"")).isEqualTo(!reasoning.isEmpty());

        UpstreamBody atGemini = codec("gemini", "gemini-3-pro", next).body();
        assertThat(sent(atGemini))
                .contains("\"skip_thought_signature_validator\"")
                .doesNotContain("plan", "c2x1aWNlMS");
        assertThat(atGemini.dropped()).containsExactly("contents.thoughtSignature");
    }

    private static String call(String id) {
        return "{'id':'" + id + "','type':'function','function':{'name':'now','arguments':'{}'}}";
    }

    private static ProviderCodec codec(String type, String model, String contents) {
        String body = "{'contents':[" + contents + "],'tools':[{'functionDeclarations':[{'name':'now'}]}]}";
        return Protocols.codecFor(
                Protocols.read(new PathModel(Surface.GENERATE, "m", false), ByteSlice.of(json(body))),
                ProviderSettings.of(
                        "p",
                        Configs.config("providers: { p: { type: " + type
                                        + ", base_url: 'https://localhost', api_keys: [{ key: k }] } }")
                                .providers()
                                .get("p")),
                model,
                0);
    }

    private static String sent(UpstreamBody body) {
        return body.joined().toText();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
