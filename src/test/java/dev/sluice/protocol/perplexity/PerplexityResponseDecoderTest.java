package dev.sluice.protocol.perplexity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
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
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerplexityResponseDecoderTest {

    private static final PerplexityProtocol AGENT = new PerplexityProtocol();
    private static final ResponseFixtures RESPONSES = new ResponseFixtures(AGENT);

    @ParameterizedTest
    @ValueSource(strings = {"search", "tool-calls", "incomplete"})
    void aStreamDecodesToTheCompleteResponse(String golden) {
        StreamEqualsWhole.check(
                AGENT,
                UpstreamModels.of("command-a-03-2025"),
                RESPONSES.file(golden, "upstream.json"),
                RESPONSES.file(golden, "upstream.sse"));
        assertThat(RESPONSES.endsOnce(RESPONSES.file(golden, "upstream.sse").toBytes()))
                .isTrue();
    }

    @Test
    void numbersInBracketsCiteSearchResultsAndTheRestComesLast() {
        ChatResponse response = decode("search");

        assertThat(response.parts()).hasSize(2).first().isInstanceOf(ContentPart.Native.class);
        ContentPart.Text text = (ContentPart.Text) response.parts().get(1);
        assertThat(text.citations().stream().map(cited -> cited.url() + " " + cited.start() + "-" + cited.end()))
                .containsExactly("https://ex.org/a 4-7", "https://ex.org/a 14-17", "https://ex.org/b -1--1");
        assertThat(response.usage()).isEqualTo(new Usage(120, 3, 20, 7, 0, 5_040_000, true));
        assertThat(response.created()).isEqualTo(1);
    }

    @Test
    void quirksDecideWhatTheCountsInclude() {
        Quirks outside =
                new Quirks(Map.of(), List.of(), Map.of(), Quirks.StreamUsage.ASK, true, true, false, List.of());

        Usage usage = AGENT.decode(RESPONSES.file("search", "upstream.json"), UpstreamModels.of("m", outside))
                .usage();

        assertThat(usage.promptTokens()).isEqualTo(147);
        assertThat(AGENT.decode(RESPONSES.file("tool-calls", "upstream.json"), UpstreamModels.of("m", outside))
                        .usage()
                        .completionTokens())
                .isEqualTo(13);
    }

    @Test
    void annotationsPrecedeNumbers() {
        ChatResponse response = decode("incomplete");

        assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(((ContentPart.Text) response.parts().get(1)).citations())
                .singleElement()
                .satisfies(cited -> assertThat(cited.end()).isEqualTo(5));
    }

    @Test
    void callsArriveInOnePieceWithTheirSignature() {
        ChatResponse response = decode("tool-calls");

        assertThat(response.parts())
                .containsExactly(
                        ContentPart.Text.of("Both."),
                        new ContentPart.ToolCall("call_a", "get_w", "{\"c\":\"Paris\"}", "c2ln", null),
                        ContentPart.ToolCall.of("call_b", "now", "{}"));
        assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request, INVALID_REQUEST",
        "400, invalid_model, MODEL_NOT_FOUND",
        "401, authentication, PROVIDER_AUTH",
        "403, forbidden, PERMISSION",
        "403, chat_completions_not_available, UPSTREAM",
        "403, agent_api_migration_required, UPSTREAM",
        "413, too_large, TOO_LARGE",
        "424, external_connector_error, UPSTREAM",
        "429, request_rate_limit_exceeded, RATE_LIMITED",
        "500, internal, UPSTREAM"
    })
    void errorsAreClassified(int status, String type, Kind kind) {
        ObjectNode body = Json.object();
        body.putObject("error").put("message", "It says why").put("type", type).put("code", status);

        assertThat(AGENT.errorOf(status, Json.bytes(body)).kind()).isEqualTo(kind);
        assertThat(AGENT.errorOf(status, Json.bytes(body)).message()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "cancelled", "in_progress"})
    void aFailedResponseWithStatus200IsAnError(String status) {
        String body = "{\"status\":\"" + status + "\",\"output\":[],\"error\":{\"message\":\"worker lost\"}}";

        assertThat(AGENT.errorOf(200, ByteSlice.of(body)).kind()).isEqualTo(Kind.UPSTREAM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"worker lost\"}}}",
                "{\"type\":\"error\",\"message\":\"worker lost\"}",
                "{\"error\":{\"message\":\"worker lost\"}}"
            })
    void failureEventsEndTheStream(String event) {
        var reader = RESPONSES.reader();
        reader.accept(ByteSlice.of("data: " + event + "\n\n"));

        assertThat(reader.error().kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(reader.error().message()).contains("worker lost");
    }

    @Test
    void aStreamWithoutItsEndIsTruncated() {
        String whole = RESPONSES.file("search", "upstream.sse").toText();
        var reader = RESPONSES.reader();
        reader.accept(ByteSlice.of(whole.substring(0, whole.indexOf("data: {\"type\":\"response.completed"))));
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
        return RESPONSES.damaged("upstream.json", "search", "tool-calls", "incomplete");
    }

    @Provide
    static Arbitrary<byte[]> streams() {
        return RESPONSES.damaged("upstream.sse", "search", "tool-calls", "incomplete");
    }

    private static ChatResponse decode(String golden) {
        ByteSlice body = RESPONSES.file(golden, "upstream.json");
        assertThat(AGENT.errorOf(200, body)).isNull();
        return AGENT.decode(body, UpstreamModels.of("m"));
    }
}
