package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Perplexity stand-in has the Agent API alone, takes no unknown field, and searches only when told. */
final class PerplexityMockIsStrictTest {

    private static final String MODEL = "perplexity/sonar";

    private static PerplexityMock mock;
    private static MockClient asking;

    @BeforeAll
    static void open() {
        mock = PerplexityMock.open();
        asking = new MockClient(mock.baseUrl(), "authorization", "Bearer " + mock.key());
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @Test
    void echoesWholeAndStreamed() {
        JsonObject whole = asking.post("/v1/agent", body("hi there")).json();
        MockClient.Response stream = asking.post("/v1/agent", body("hi there").put("stream", true));

        assertThat(whole.getString("status")).isEqualTo("completed");
        assertThat(whole.getJsonArray("output").encode()).contains("echo: hi there");
        assertThat(stream.body()).doesNotContain("event:", "[DONE]");
        assertThat(types(stream)).startsWith("response.created", "response.in_progress", "response.output_item.added");
        assertThat(types(stream)).endsWith("response.output_item.done", "response.completed");
        JsonObject last = stream.events().get(stream.events().size() - 1).getJsonObject("response");
        assertThat(last).isEqualTo(whole);
        assertThat(last.getJsonObject("usage").getJsonObject("cost").getDouble("total_cost"))
                .isEqualTo(0.00004);
    }

    @Test
    void searchesOnlyOnRequest() {
        JsonObject tool = Json.obj("type", "web_search", "max_results", 3);
        MockClient.Response stream =
                asking.post("/v1/agent", body("hi").put("tools", Json.arr(tool)).put("stream", true));

        assertThat(types(stream)).contains("response.reasoning.search_results");
        assertThat(stream.body()).contains("\"type\":\"search_results\"", Script.CITED_URL);
        assertThat(asking.post("/v1/agent", body("cite it")).body()).doesNotContain(Script.CITED_URL);
    }

    @Test
    void callsInOnePiece() {
        JsonObject tool = Json.obj("type", "function", "name", "weather", "parameters", new JsonObject());
        JsonObject body = body("call weather").put("tools", Json.arr(tool)).put("stream", true);
        JsonObject added = asking.post("/v1/agent", body).events().stream()
                .filter(event -> "response.output_item.added".equals(event.getString("type")))
                .findFirst()
                .orElseThrow();

        assertThat(added.getJsonObject("item").getString("arguments")).isEqualTo("{\"city\":\"Paris\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"stop\":[\"x\"]}                                        | stop",
                "{\"text\":{}}                                             | text",
                "{\"max_output_tokens\":4}                                 | max_output_tokens",
                "{\"model\":\"anthropic/claude-opus-5\"}                   | max_output_tokens",
                "{\"model\":\"sonar\"}                                     | model",
                "{\"tools\":[{\"type\":\"web_search\",\"n\":1}]}           | n"
            })
    void refusesWhatItDoesNotKnow(String also, String param) {
        MockClient.Response response = asking.post("/v1/agent", body("hi").mergeIn(new JsonObject(also)));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().getJsonObject("error").getString("param")).isEqualTo(param);
        assertThat(response.json().getJsonObject("error").getInteger("code")).isEqualTo(400);
    }

    @Test
    void hasRetiredChatAndEmbedsIntoStrings() {
        MockClient.Response retired = asking.post("/chat/completions", MockClient.chat("sonar", "hi"));
        JsonObject embed = Json.obj("model", "pplx-embed-v1-4b", "input", Json.arr("a"));

        assertThat(retired.status()).isEqualTo(403);
        assertThat(retired.body()).contains("chat_completions_not_available");
        assertThat(asking.post("/v1/embeddings", embed)
                        .json()
                        .getJsonArray("data")
                        .getJsonObject(0)
                        .getValue("embedding"))
                .isInstanceOf(String.class);
        assertThat(asking.post("/v1/embeddings", embed.put("encoding_format", "float"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void failsUnderStatus200() {
        MockClient.Response whole = asking.post("/v1/agent", body("fault: error_in_200"));
        MockClient.Response stream =
                asking.post("/v1/agent", body("fault: error_event").put("stream", true));

        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.json().getString("status")).isEqualTo("failed");
        assertThat(types(stream)).contains("response.output_text.delta").endsWith("response.failed");
        assertThat(asking.post("/v1/agent", body("fault: rate_limit")).status()).isEqualTo(429);
    }

    private static JsonObject body(String input) {
        return Json.obj("model", MODEL, "input", input);
    }

    private static List<String> types(MockClient.Response stream) {
        return stream.events().stream().map(event -> event.getString("type")).toList();
    }
}
