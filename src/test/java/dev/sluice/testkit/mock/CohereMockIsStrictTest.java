package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Cohere stand-in takes Cohere's names alone, and streams in Cohere's events. */
final class CohereMockIsStrictTest {

    private static final String MODEL = "command-a-03-2025";

    private static CohereMock mock;
    private static MockClient asking;

    @BeforeAll
    static void open() {
        mock = CohereMock.open();
        asking = new MockClient(mock.baseUrl(), "authorization", "Bearer " + mock.key());
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @Test
    void echoesWholeAndStreamed() {
        JsonObject whole =
                asking.post("/v2/chat", MockClient.chat(MODEL, "hi there")).json();
        MockClient.Response stream =
                asking.post("/v2/chat", MockClient.chat(MODEL, "hi there").put("stream", true));

        assertThat(whole.getJsonObject("message").encode()).contains("echo: hi there");
        assertThat(whole.getJsonObject("usage").getJsonObject("billed_units").getInteger("input_tokens"))
                .isEqualTo(7);
        assertThat(types(stream)).startsWith("message-start", "content-start", "content-delta");
        assertThat(types(stream)).endsWith("content-end", "message-end");
        JsonObject end = stream.events().get(stream.events().size() - 1).getJsonObject("delta");
        assertThat(end.getJsonObject("usage")).isEqualTo(whole.getJsonObject("usage"));
    }

    @Test
    void streamsCallsAsSingleObjectsAfterAPlan() {
        JsonObject body = MockClient.chat(MODEL, "call weather and time").put("stream", true);
        body.put("tools", Json.arr(MockClient.tool("weather"), MockClient.tool("time")));
        MockClient.Response stream = asking.post("/v2/chat", body);

        assertThat(types(stream)).contains("tool-plan-delta", "tool-call-start", "tool-call-delta", "tool-call-end");
        assertThat(stream.body()).contains("\"tool_calls\":{\"id\":\"time_2\"").contains("TOOL_CALL");
    }

    @Test
    void thinksAndCites() {
        JsonObject body = MockClient.chat(MODEL, "cite it").put("thinking", Json.obj("type", "enabled"));
        JsonObject message = asking.post("/v2/chat", body).json().getJsonObject("message");

        assertThat(message.getJsonArray("content").getJsonObject(0).getString("thinking"))
                .isEqualTo(Script.THOUGHT);
        assertThat(message.getJsonArray("citations")).hasSize(1);
        assertThat(types(asking.post("/v2/chat", body.put("stream", true)))).contains("citation-start", "citation-end");
    }

    @ParameterizedTest
    @CsvSource({
        "422, {\"top_p\":0.5}",
        "422, {\"n\":1}",
        "400, {\"temperature\":1.5}",
        "400, {\"p\":1}",
        "400, {\"tool_choice\":\"required\"}",
        "400, {\"response_format\":{\"type\":\"json_schema\"}}",
        "400, {\"response_format\":{\"type\":\"json_object\"}}",
        "400, '{\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}'"
    })
    void refusesOthersNamesAndRanges(int status, String also) {
        JsonObject body = MockClient.chat(MODEL, "hi").put("tools", Json.arr(MockClient.tool("weather")));

        MockClient.Response response = asking.post("/v2/chat", body.mergeIn(new JsonObject(also)));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.json().getString("message")).isNotBlank();
    }

    @Test
    void embedsAndRanks() {
        JsonObject embed = Json.obj("model", "embed-v4.0", "texts", Json.arr("a", "b"));
        JsonObject rank = Json.obj("model", "rerank-v3.5", "query", "q", "documents", Json.arr("a", "b"), "top_n", 1);

        assertThat(asking.post("/v2/embed", embed).status()).isEqualTo(400);
        assertThat(asking.post("/v2/embed", embed.put("input_type", "search_query"))
                        .json()
                        .getJsonObject("embeddings")
                        .getJsonArray("float"))
                .hasSize(2);
        assertThat(asking.post("/v2/rerank", rank).json().getJsonArray("results"))
                .containsExactly(Json.obj("index", 1, "relevance_score", 1.0));
    }

    @Test
    void failsAsAsked() {
        MockClient.Response limited = asking.post("/v2/chat", MockClient.chat(MODEL, "fault: rate_limit"));
        MockClient.Response broken = asking.post(
                "/v2/chat", MockClient.chat(MODEL, "fault: error_event").put("stream", true));

        assertThat(limited.status()).isEqualTo(429);
        assertThat(types(broken)).contains("content-delta").endsWith("message-end");
        assertThat(broken.body()).contains("\"finish_reason\":\"ERROR\"", "\"error\":\"internal error");
    }

    private static List<String> types(MockClient.Response stream) {
        return stream.events().stream().map(event -> event.getString("type")).toList();
    }
}
