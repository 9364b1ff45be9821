package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.ResponseFixtures;
import dev.sluice.protocol.StreamEqualsWhole;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CohereResponseDecoderTest {

    private static final CohereProtocol COHERE = new CohereProtocol();
    private static final ResponseFixtures RESPONSES = new ResponseFixtures(COHERE);

    @ParameterizedTest
    @ValueSource(strings = {"citations", "tool-calls", "logprobs"})
    void aStreamDecodesToTheCompleteResponse(String golden) {
        StreamEqualsWhole.check(
                COHERE,
                UpstreamModels.of("command-a-03-2025"),
                RESPONSES.file(golden, "upstream.json"),
                RESPONSES.file(golden, "upstream.sse"));
        assertThat(RESPONSES.endsOnce(RESPONSES.file(golden, "upstream.sse").toBytes()))
                .isTrue();
    }

    @Test
    void citationsBelongToTheTextAndReasoningHasNone() {
        ChatResponse response = decode("citations");

        assertThat(response.parts().get(0)).isEqualTo(new ContentPart.Reasoning("Look at the documents.", null));
        ContentPart.Text text = (ContentPart.Text) response.parts().get(1);
        assertThat(text.citations()).singleElement().satisfies(citation -> {
            assertThat(citation.url()).isEqualTo("https://ex.org/p");
            assertThat(citation.title()).isEqualTo("Penguins");
            assertThat(text.text().substring(citation.start(), citation.end())).isEqualTo("Emperor penguins");
        });
        assertThat(response.usage()).isEqualTo(new Usage(71, 20, 64, 0, true));
    }

    @Test
    void thePlanIsReasoningBeforeTheCalls() {
        ChatResponse response = decode("tool-calls");

        assertThat(response.parts())
                .containsExactly(
                        new ContentPart.Reasoning("I will look up both.", null),
                        ContentPart.ToolCall.of("get_w_1", "get_w", "{\"c\":\"Paris\"}"),
                        ContentPart.ToolCall.of("now_1", "now", "{}"));
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @Test
    void logprobsAreDecodedByToken() {
        ChatResponse response = decode("logprobs");

        assertThat(response.logprobs().stream().map(Json::text))
                .containsExactly(
                        "{\"token\":\"Hi\",\"logprob\":-0.25,\"bytes\":[72,105],\"top_logprobs\":[]}",
                        "{\"token\":\" you\",\"logprob\":-0.75,\"bytes\":[32,121,111,117],\"top_logprobs\":[]}");
        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(response.usage()).isEqualTo(new Usage(5, 2, 0, 0, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|too many tokens: total number of tokens in the prompt cannot exceed 4081|CONTEXT_LENGTH",
                "400|invalid request: message must not be empty|INVALID_REQUEST",
                "401|invalid api token|PROVIDER_AUTH",
                "402|billing|QUOTA_SPENT",
                "404|model x not found|MODEL_NOT_FOUND",
                "422|bad|INVALID_REQUEST",
                "429|You are using a Trial key, which is limited to 20 API calls / minute|RATE_LIMITED",
                "429|You are using a Trial key, which is limited to 1000 API calls / month|QUOTA_SPENT",
                "498|blocked|CONTENT_FILTER",
                "499|request cancelled|UPSTREAM",
                "500|oops|UPSTREAM",
                "503|busy|UNAVAILABLE",
                "200|an error|UPSTREAM"
            })
    void errorsAreClassified(int status, String message, Kind kind) {
        ByteSlice body = Json.bytes(Json.object().put("id", "x").put("message", message));

        assertThat(COHERE.errorOf(status, body).kind()).isEqualTo(kind);
        assertThat(COHERE.errorOf(status, body).message()).isNotBlank();
    }

    @Test
    void anErrorDuringGenerationIsNotAResponse() {
        String stream = "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\","
                + "\"error\":\"worker lost\"}}\n\n";
        var reader = RESPONSES.reader();
        reader.accept(ByteSlice.of(stream));

        assertThat(reader.complete()).isFalse();
        assertThat(reader.error().kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(reader.error().message()).contains("worker lost");
        assertThat(COHERE.errorOf(200, ByteSlice.of("{\"finish_reason\":\"TIMEOUT\",\"message\":{\"content\":[]}}")))
                .isNotNull();
    }

    @Test
    void aStreamWithoutItsEndIsTruncated() {
        String whole = RESPONSES.file("tool-calls", "upstream.sse").toText();
        var reader = RESPONSES.reader();
        reader.accept(ByteSlice.of(whole.substring(0, whole.indexOf("event: message-end"))));
        reader.finish();

        assertThat(reader.error().kind()).isEqualTo(Kind.TRUNCATED);
    }

    @Property(tries = 300)
    void damagedResponsesAreDecodedOrRefused(@ForAll("responses") byte[] response) {
        assertThat(RESPONSES.decodesOrRefuses(response)).isTrue();
    }

    @Property(tries = 300)
    void damagedStreamsEndOnce(@ForAll("streams") byte[] stream) {
        assertThat(RESPONSES.endsOnce(stream)).isTrue();
    }

    @Provide
    static Arbitrary<byte[]> responses() {
        return RESPONSES.damaged("upstream.json", "citations", "tool-calls", "logprobs");
    }

    @Provide
    static Arbitrary<byte[]> streams() {
        return RESPONSES.damaged("upstream.sse", "citations", "tool-calls", "logprobs");
    }

    private static ChatResponse decode(String golden) {
        ByteSlice body = RESPONSES.file(golden, "upstream.json");
        assertThat(COHERE.errorOf(200, body)).isNull();
        return COHERE.decode(body, UpstreamModels.of("m"));
    }
}
