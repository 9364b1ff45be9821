package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponsesFailureEventsTest {

    private static final String CREATED = """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_7","object":"response",\
        "created_at":1741476542,"instructions":"{\\"id\\":\\"resp_8\\"}","model":"gpt-x","output":[]}}

        """;

    private static final GatewayError CUT = GatewayError.of(Kind.TRUNCATED, "it was \"cut\"");

    private final ResponsesFailureEvents events = new ResponsesFailureEvents();

    /** The published schema has the flat members; libraries of four languages raise for the nested object only. */
    @Test
    void theErrorIsFlatAndNestedAndTheResponseFails() {
        send(CREATED, numbered(1, "Hello"));

        String[] written = events.of(CUT.withParam("input"), "req-1").toText().split("\n\n");

        String members = "\"code\":\"upstream_truncated\",\"message\":\"it was \\\"cut\\\"\",\"param\":\"input\"";
        assertThat(written[0])
                .isEqualTo("event: error\ndata: {\"type\":\"error\",\"sequence_number\":2," + members
                        + ",\"error\":{\"type\":\"upstream_error\"," + members + "}}");
        assertThat(written[1])
                .startsWith("event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":3,"
                        + "\"response\":{\"id\":\"resp_7\",\"object\":\"response\",\"created_at\":1741476542,")
                .contains("\"status\":\"failed\"", "\"model\":\"gpt-x\"");
        JsonNode response = failure(CUT).get(1).get("response");
        assertThat(response.get("error").toString())
                .isEqualTo("{\"code\":\"server_error\",\"message\":\"it was \\\"cut\\\"\"}");
        assertThat(response.has("output") && response.get("output").isEmpty()).isTrue();
        assertThat(written).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"type\":\"x\",\"sequence_number\":41}\n\n",
                "data: {\"sequence_number\" : 41, \"type\":\"x\"}\n\n",
                "data: {\"type\":\"x\",\"sequence_number\":40}\n\n"
                        + "data: {\"sequence_number\":41,\"delta\":\"sequence_number\"}\n\n",
                "data: {\"sequence_number\":41,\"delta\":\"\\\"sequence_number\\\":99\"}\n\n: a comment\n\n",
                "data: {\"sequence_number\":41,\"item\":{\"sequence_number\":{\"type\":\"integer\"}}}\n\n",
                "data: {\"sequence_number\":41}\r\n\r\n"
            })
    void numbersFollowTheLastThatWasSent(String batch) {
        send(CREATED, batch, ": keep-alive\n\n");

        assertThat(failure(CUT))
                .extracting(event -> event.get("sequence_number").asInt())
                .containsExactly(42, 43);
    }

    @Test
    void numbersOfLargeEventsAreAtEitherEnd() {
        send(CREATED, "data: {\"sequence_number\":1,\"item\":\"" + "x".repeat(200_000) + "\"}\n\n");
        assertThat(failure(CUT).getFirst().get("sequence_number").asInt()).isEqualTo(2);

        send("data: {\"item\":\"" + "x".repeat(200_000) + "\",\"sequence_number\":2}\n\n");
        assertThat(failure(CUT).getFirst().get("sequence_number").asInt()).isEqualTo(3);
    }

    /** Some compatible providers number no event. */
    @Test
    void aResponseThatIsUnknownStillFails() {
        send(": waiting\n\n", "data: [\n\n", "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n");

        List<JsonNode> failure = failure(CUT);

        assertThat(failure.getFirst().get("sequence_number").asInt()).isZero();
        assertThat(failure.getLast().at("/response/id").asText()).isEqualTo("resp_req-1");
        assertThat(failure.getLast().at("/response/model").asText()).isEmpty();
    }

    @Test
    void theIdentityIsReadFromWhateverEventHasItFirst() {
        send("data: {\"type\":\"keepalive\",\"sequence_number\":0}\n\n", CREATED);
        send(CREATED.replace("resp_7", "resp_other"));

        assertThat(failure(CUT).getLast().at("/response/id").asText()).isEqualTo("resp_7");
    }

    /** Codex compacts, stops or repeats the request by this code. */
    @ParameterizedTest
    @CsvSource({
        "CONTEXT_LENGTH, context_length_exceeded",
        "QUOTA_SPENT, insufficient_quota",
        "RATE_LIMITED, rate_limit_exceeded",
        "CONTENT_FILTER, invalid_prompt",
        "INVALID_REQUEST, invalid_prompt",
        "UNAVAILABLE, server_error",
        "TIMEOUT, server_error"
    })
    void theResponseHasACodeThatClientsKnow(Kind kind, String code) {
        assertThat(failure(GatewayError.of(kind, "m"))
                        .getLast()
                        .at("/response/error/code")
                        .asText())
                .isEqualTo(code);
    }

    private void send(String... batches) {
        Stream.of(batches).map(ByteSlice::of).forEach(events::sent);
    }

    private List<JsonNode> failure(GatewayError error) {
        return events.of(error, "req-1")
                .toText()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> Objects.requireNonNull(Json.readOrNull(line.substring(6))))
                .toList();
    }

    private static String numbered(int number, String delta) {
        return "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":"
                + number + ",\"delta\":\"" + delta + "\"}\n\n";
    }
}
