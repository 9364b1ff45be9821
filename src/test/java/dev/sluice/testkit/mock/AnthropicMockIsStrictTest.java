package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Anthropic stand-in refuses what Anthropic refuses, by version and by model, and frames as it does. */
final class AnthropicMockIsStrictTest {

    private static final String PLAIN = "claude-haiku-4-5";

    private static AnthropicMock mock;
    private static MockClient old;
    private static MockClient newer;

    @BeforeAll
    static void open() {
        mock = AnthropicMock.open();
        old = new MockClient(mock.baseUrl(), "x-api-key", mock.key(), "anthropic-version", "2023-06-01");
        newer = new MockClient(mock.baseUrl(), "x-api-key", mock.key(), "anthropic-version", "2026-10-21");
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @Test
    void echoesWholeAndStreamed() {
        JsonObject whole = old.post("/v1/messages", body(PLAIN, "hi there")).json();
        MockClient.Response stream =
                old.post("/v1/messages", body(PLAIN, "hi there").put("stream", true));

        assertThat(whole.getJsonArray("content").getJsonObject(0).getString("text"))
                .isEqualTo("echo: hi there");
        assertThat(whole.getJsonObject("usage").getInteger("input_tokens")).isEqualTo(22 - 4 - 3);
        assertThat(types(stream))
                .startsWith("message_start", "content_block_start")
                .endsWith("message_delta", "message_stop");
        assertThat(deltas(stream, "text_delta", "text")).isEqualTo("echo: hi there");
        assertThat(stream.body()).contains("event: ping\ndata: {\"type\":\"ping\"}\n\n");
    }

    @Test
    void callsInBlocksOneAfterTheOther() {
        JsonObject body =
                body(PLAIN, "call weather and time").put("tools", tools()).put("stream", true);
        MockClient.Response stream = old.post("/v1/messages", body);

        assertThat(stream.events().stream()
                        .filter(event -> "content_block_start".equals(event.getString("type")))
                        .map(event -> event.getInteger("index")))
                .containsExactly(0, 1);
        assertThat(deltas(stream, "input_json_delta", "partial_json"))
                .isEqualTo("{\"city\":\"Paris\"}{\"city\":\"Rome\"}");
        assertThat(stream.body()).contains("\"stop_reason\":\"tool_use\"");
    }

    @Test
    void thinksWithASignatureThatMustComeBack() {
        JsonObject thinking = Json.obj("type", "adaptive", "display", "summarized");
        JsonObject whole = newer.post(
                        "/v1/messages", body("claude-opus-5", "hi").put("thinking", thinking))
                .json();
        JsonObject quiet =
                newer.post("/v1/messages", body("claude-opus-5-5", "hi")).json();
        JsonObject forged = body("claude-opus-5", "hi");
        JsonObject block = Json.obj("type", "thinking", "thinking", "", "signature", "forged");
        forged.getJsonArray("messages")
                .add(Json.obj("role", "assistant", "content", Json.arr(block)))
                .add(MockClient.user("so?"));

        assertThat(whole.getJsonArray("content").getJsonObject(0))
                .isEqualTo(Json.obj("type", "thinking", "thinking", Script.THOUGHT, "signature", Script.SIGNATURE));
        assertThat(quiet.getJsonArray("content").getJsonObject(0).getString("thinking"))
                .isEmpty();
        assertThat(refused(newer, forged)).contains("Invalid `signature`");
    }

    @Test
    void wantsEveryResultRightAfterItsCall() {
        JsonObject result = Json.obj("type", "tool_result", "tool_use_id", "toolu_1", "content", "mild");
        JsonObject good = body(PLAIN, "call weather").put("tools", tools());
        good.getJsonArray("messages").add(use()).add(MockClient.user(Json.arr(result)));
        JsonObject orphan = body(PLAIN, "hi");
        orphan.getJsonArray("messages").add(MockClient.user(Json.arr(result)));
        JsonObject late = body(PLAIN, "call weather");
        late.getJsonArray("messages").add(use()).add(MockClient.user("and?"));

        assertThat(old.post("/v1/messages", good).body()).contains("results: mild");
        assertThat(refused(old, orphan)).contains("unexpected `tool_use_id`");
        assertThat(refused(old, late)).contains("without `tool_result` blocks immediately after: toolu_1");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-5-5, {\"temperature\":0.5}, sampling parameters",
        "claude-haiku-4-5, {\"temperature\":1.5}, temperature",
        "claude-haiku-4-5, {\"frequency_penalty\":1}, Extra inputs",
        "claude-opus-5-5, {\"thinking\":{\"type\":\"disabled\"}}, is not supported for this model",
        "claude-opus-4-7, {\"thinking\":{\"type\":\"enabled\"}}, is not supported for this model",
        "claude-haiku-4-5, {\"metadata\":{\"team\":\"a\"}}, metadata.team: Extra inputs",
        "claude-haiku-4-5, {\"max_tokens\":null}, Field required",
        "claude-haiku-4-5, {\"temperature\":0.5;\"top_p\":0.5}, cannot both be specified",
        "claude-haiku-4-5, {\"messages\":[{\"role\":\"user\";\"content\":\" \"}]}, non-whitespace",
        "claude-haiku-4-5, {\"tools\":[{\"name\":\"f\";\"input_schema\":{\"type\":\"object\";\"anyOf\":[]}}]}, at the"
                + " top level",
        "claude-haiku-4-5, {\"tools\":[{\"name\":\"f\";\"strict\":true;\"input_schema\":{\"type\":\"object\"}}]},"
                + " additionalProperties",
        "claude-haiku-4-5,"
            + " {\"output_config\":{\"format\":{\"type\":\"json_schema\";\"schema\":{\"type\":\"string\";\"maxLength\":1}}}},"
            + " 'maxLength' is not supported",
    })
    void refusesByModel(String model, String also, String says) {
        JsonObject body = body(model, "hi").mergeIn(new JsonObject(also.replace(';', ',')));

        assertThat(refused(old, body)).contains(says);
    }

    @Test
    void refusesSamplingUnderTheNewerVersionAlone() {
        JsonObject body = body("claude-haiku-4-5", "hi").put("temperature", 0.5);

        assertThat(old.post("/v1/messages", body).status()).isEqualTo(200);
        assertThat(refused(newer, body)).contains("temperature");
    }

    @Test
    void refusesForcedToolsAndPrefillWhereTheModelDoes() {
        JsonObject any = Json.obj("type", "any");
        JsonObject forced = body("claude-opus-5-5", "hi").put("tools", tools()).put("tool_choice", any);
        JsonObject prefill = body("claude-opus-4-6", "hi");
        prefill.getJsonArray("messages").add(Json.obj("role", "assistant", "content", "Well"));

        assertThat(refused(newer, forced)).contains("forced tool use");
        assertThat(newer.post("/v1/messages", forced.put("model", "claude-haiku-4-5"))
                        .body())
                .contains("\"name\":\"weather\"");
        assertThat(refused(newer, prefill)).contains("prefill");
    }

    @Test
    void wantsOneKeyAndAVersion() {
        MockClient both = new MockClient(
                mock.baseUrl(),
                "x-api-key",
                mock.key(),
                "authorization",
                "Bearer " + mock.key(),
                "anthropic-version",
                "2023-06-01");
        MockClient unversioned = new MockClient(mock.baseUrl(), "x-api-key", mock.key());

        assertThat(both.post("/v1/messages", body(PLAIN, "hi")).status()).isEqualTo(401);
        assertThat(refused(unversioned, body(PLAIN, "hi"))).contains("anthropic-version");
    }

    @Test
    void countsTokensAndListsModels() {
        JsonObject counted = body(PLAIN, "hi there");
        counted.remove("max_tokens");

        assertThat(old.post("/v1/messages/count_tokens", counted).json().getInteger("input_tokens"))
                .isEqualTo(22);
        assertThat(old.get("/v1/models").json().getBoolean("has_more")).isFalse();
    }

    @Test
    void failsAsAsked() {
        MockClient.Response overloaded = old.post("/v1/messages", body(PLAIN, "fault: overloaded"));
        MockClient.Response broken =
                old.post("/v1/messages", body(PLAIN, "fault: error_event").put("stream", true));
        MockClient.Response cut = old.post(
                "/v1/messages", body(PLAIN, "fault: missing_terminator").put("stream", true));

        assertThat(overloaded.status()).isEqualTo(529);
        assertThat(overloaded.json().getJsonObject("error").getString("type")).isEqualTo("overloaded_error");
        assertThat(broken.body()).contains("text_delta", "event: error").doesNotContain("message_stop");
        assertThat(types(cut)).endsWith("message_delta");
    }

    private static JsonObject body(String model, String text) {
        return MockClient.chat(model, text).put("max_tokens", 100);
    }

    private static JsonArray tools() {
        JsonObject schema = Json.obj("type", "object", "properties", new JsonObject());
        return Json.arr(
                Json.obj("name", "weather", "input_schema", schema), Json.obj("name", "time", "input_schema", schema));
    }

    private static JsonObject use() {
        JsonObject use = Json.obj("type", "tool_use", "id", "toolu_1", "name", "weather", "input", new JsonObject());
        return Json.obj("role", "assistant", "content", Json.arr(use));
    }

    private static String refused(MockClient asking, JsonObject body) {
        MockClient.Response response = asking.post("/v1/messages", body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().getString("type")).isEqualTo("error");
        return response.json().getJsonObject("error").getString("message");
    }

    private static List<String> types(MockClient.Response stream) {
        return stream.events().stream().map(event -> event.getString("type")).toList();
    }

    private static String deltas(MockClient.Response stream, String type, String field) {
        return stream.events().stream()
                .map(event -> event.getJsonObject("delta", new JsonObject()))
                .filter(delta -> type.equals(delta.getString("type")))
                .map(delta -> delta.getString(field))
                .collect(Collectors.joining());
    }
}
