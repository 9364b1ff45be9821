package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.CompletionCap;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.Protocol;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Gemini's format on both sides: bytes pass through, and the end and usage of the response are read from them. */
class GeminiPassThroughTest {

    private static final String TEXT =
            "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Grüße \\\"finishReason\\\":"
                    + " \\\"STOP\\\"\"}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\":"
                    + " 35,\"totalTokenCount\": 35}}\r\n\r\n";
    private static final String END = "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"\"}],\"role\":"
            + " \"model\"},\"finishReason\": \"STOP\",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\":"
            + " 35,\"candidatesTokenCount\": 12,\"cachedContentTokenCount\": 7,\"thoughtsTokenCount\":"
            + " 30}}\r\n\r\n";
    private static final String BLOCKED =
            "data: {\"promptFeedback\": {\"blockReason\": \"PROHIBITED_CONTENT\"},\"usageMetadata\":"
                    + " {\"promptTokenCount\": 35}}\r\n\r\n";

    private static final Usage USAGE = new Usage(35, 42, 7, 30, true);

    private final Protocol protocol = (Protocol) Protocols.of(Surface.GENERATE);

    @Test
    void aWholeStreamPassesByteForByte() {
        assertThat(replayed(TEXT + END)).isEqualTo(new Replay(TEXT + END, true, true, null, USAGE));
    }

    @Test
    void aStreamWithoutAFinishReasonIsTruncated() {
        Replay replay = replayed(TEXT);

        assertThat(replay.complete()).isFalse();
        assertThat(replay.error().kind()).isEqualTo(Kind.TRUNCATED);
    }

    @Test
    void everyCandidateMustFinish() {
        String second = TEXT.replace("\"index\": 0", "\"index\": 1");

        assertThat(replayed(second + END).complete()).isFalse();
        assertThat(replayed(second + END + END.replace("\"index\": 0", "\"index\": 1"))
                        .complete())
                .isTrue();
    }

    @Test
    void aBlockedPromptIsAResponse() {
        assertThat(replayed(BLOCKED)).isEqualTo(new Replay(BLOCKED, true, true, null, new Usage(35, 0, 0, 0, true)));
        Protocol.Outcome whole = protocol.inspect(
                200, ByteSlice.of(BLOCKED.substring("data: ".length()).strip()), Quirks.NONE);
        assertThat(whole.error()).isNull();
    }

    @Test
    void anErrorEventEndsTheStream() {
        Replay replay =
                replayed(TEXT + "data: {\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}\n\n");

        assertThat(replay.output()).isEqualTo(TEXT);
        assertThat(replay.error().message()).contains("busy");
    }

    @Test
    void aWholeResponseIsReadForItsUsageAndItsError() {
        assertThat(protocol.inspect(
                                200,
                                ByteSlice.of(END.substring("data: ".length()).strip()),
                                Quirks.NONE)
                        .usage())
                .isEqualTo(USAGE);
        assertThat(protocol.inspect(200, ByteSlice.of("{\"error\":{\"code\":503,\"message\":\"busy\"}}"), Quirks.NONE)
                        .error())
                .isNotNull();
        assertThat(protocol.inspect(200, ByteSlice.of("{\"candidates\":"), Quirks.NONE)
                        .error()
                        .kind())
                .isEqualTo(Kind.UPSTREAM);
    }

    @Test
    void searchesAreCountedForTheirPrice() {
        String searched = END.replace(
                "\"index\": 0", "\"groundingMetadata\": {\"webSearchQueries\": [\"a\", \"b\"]},\"index\": 0");

        assertThat(replayed(TEXT + searched).usage().details().toolCalls())
                .containsEntry("web_search", 2L)
                .containsEntry("searched_prompt", 1L);
    }

    @Test
    void requestsPassUnchangedButForForeignSeals() {
        String own = "{ \"contents\" :"
            + " [{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\"},\"thoughtSignature\":\"QQ==\"}]}]}";
        String seal = "c2x1aWNlMS5lMzA=";
        String moved = "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"text\":\"\",\"thoughtSignature\":\"" + seal
                + "\"}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\"},\"thoughtSignature\":\""
                + seal
                + "\"}]}]}";

        assertThat(forwarded(own).joined().toText()).isEqualTo(own);
        assertThat(forwarded(own).dropped()).isEmpty();
        assertThat(forwarded(moved).joined().toText())
                .isEqualTo("{\"contents\":[{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\"},"
                        + "\"thoughtSignature\":\"skip_thought_signature_validator\"}]}]}");
        assertThat(forwarded(moved).dropped()).containsExactly("contents.thoughtSignature");
    }

    /** The cap of a budget goes where Google reads the limit. */
    @Test
    void completionsAreCapped() {
        String contents = "\"contents\":[{\"parts\":[{\"text\":\"?\"}]}]";

        assertThat(capped("{" + contents + "}"))
                .isEqualTo("{\"generationConfig\":{\"maxOutputTokens\":9}," + contents + "}");
        assertThat(capped("{" + contents + ",\"generation_config\":{ }}"))
                .isEqualTo("{" + contents + ",\"generation_config\":{\"maxOutputTokens\":9 }}");
        assertThat(capped("{\"generationConfig\":{\"topK\":1}," + contents + "}"))
                .isEqualTo("{\"generationConfig\":{\"maxOutputTokens\":9,\"topK\":1}," + contents + "}");
        assertThat(capped("{\"generationConfig\":{\"max_output_tokens\":null}," + contents + "}"))
                .isEqualTo("{\"generationConfig\":{\"max_output_tokens\":9}," + contents + "}");
        assertThat(capped("{\"generationConfig\":null," + contents + "}"))
                .isEqualTo("{\"generationConfig\":{\"maxOutputTokens\":9}," + contents + "}");
    }

    @Test
    void requirementsAreReadFromTheBody() {
        var requirements = Protocols.requirements(request("""
            {"contents":[{"parts":[{"text":"?"},{"inline_data":{"mime_type":"image/png","data":"QQ=="}},
              {"fileData":{"mimeType":"application/pdf","fileUri":"https://example.com/a"}}]}],
             "tools":[{"functionDeclarations":[{"name":"f"}]}],
             "generationConfig":{"max_output_tokens":50,"candidateCount":2,"responseSchema":{}}}\
            """));

        assertThat(requirements.images()).isTrue();
        assertThat(requirements.documents()).isTrue();
        assertThat(requirements.audio()).isFalse();
        assertThat(requirements.tools()).isTrue();
        assertThat(requirements.jsonSchema()).isTrue();
        assertThat(requirements.choices()).isEqualTo(2);
        assertThat(requirements.outputTokens()).isEqualTo(100);
    }

    private static String capped(String body) {
        return CompletionCap.cap(request(body), 9).body().toText();
    }

    private static ClientRequest request(String body) {
        return Protocols.read(new PathModel(Surface.GENERATE, "m", true), ByteSlice.of(body));
    }

    private UpstreamBody forwarded(String body) {
        return protocol.forward(request(body), UpstreamModels.of("gemini-x"));
    }

    private Replay replayed(String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        Replay whole = Replay.of(protocol.reader(null, Quirks.NONE), bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(Replay.of(protocol.reader(null, Quirks.NONE), bytes, cut))
                    .isEqualTo(whole);
        }
        return whole;
    }
}
