package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that leave {@code store} out refer to earlier responses: the AI SDK to their items, others to the
 * conversation before by {@code previous_response_id}. What no provider has stored reaches every provider as items.
 */
class ReferencesToResponsesAreResolvedTest {

    private static final List<JsonObject> SEEN = new CopyOnWriteArrayList<>();
    private static final VirtualKeys KEYS = new VirtualKeys()
            .with("alice", "team: blue")
            .with("bob", "team: blue")
            .with("carol", "");

    private static JsonUpstream upstream;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        upstream = new JsonUpstream((request, body) -> {
            SEEN.add(body);
            boolean stream = body.getBoolean("stream", false);
            request.response()
                    .putHeader("content-type", stream ? "text/event-stream" : "application/json")
                    .end(
                            body.containsKey("input")
                                    ? "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"store\":true,"
                                          + "\"output\":[{\"type\":\"message\",\"id\":\"msg_own\",\"role\":\"assistant\","
                                          + "\"content\":[{\"type\":\"output_text\",\"text\":\"own\"}]}]}"
                                    : completion(stream));
        });
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL + """
                    providers:
                      chat: { type: openai_compatible, base_url: "URL/v1" }
                      own: { type: openai, base_url: "URL/v1", api_keys: [{ key: test }] }
                    models:
                      hidden: { targets: [{ provider: chat, model: m }], sanitize: { patterns: { word: "secret" }, where: both } }
                    """.replace("URL", upstream.baseUrl()) + KEYS.yaml()
                        + "teams: { blue: {} }\n",
                Map.of(),
                2);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        upstream.close();
    }

    /** Ollama's ids have three digits and repeat. */
    private static String completion(boolean stream) {
        String message = "{\"role\":\"assistant\",\"content\":\"It is a"
                + " secret.\",\"tool_calls\":[{\"index\":0,\"id\":\"call_1\","
                + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
        String choice = "{\"index\":0,\"" + (stream ? "delta" : "message") + "\":" + message
                + ",\"finish_reason\":\"tool_calls\"}";
        String object = "{\"id\":\"chatcmpl-7\",\"object\":\"chat.completion" + (stream ? ".chunk" : "")
                + "\",\"created\":1,\"model\":\"m\",\"choices\":[" + choice + "]}";
        return stream ? "data: " + object + "\n\ndata: [DONE]\n\n" : object;
    }

    private static HttpResponse<String> ask(String key, JsonObject body) {
        return new ChatClient(sluice.chat().baseUrl())
                .post("/responses", body.encode(), "authorization", KEYS.bearer(key));
    }

    private static JsonObject request(String model, JsonArray input) {
        return new JsonObject().put("model", model).put("input", input);
    }

    private static JsonArray question() {
        return new JsonArray().add(new JsonObject().put("role", "user").put("content", "?"));
    }

    /** The items of a first response. */
    private static JsonArray first(String model, boolean stream, Boolean store) {
        JsonObject request = request(model, question()).put("stream", stream);
        HttpResponse<String> response = ask("alice", store == null ? request : request.put("store", store));
        assertThat(response.statusCode()).isEqualTo(200);
        JsonObject answer = new JsonObject(response.body().startsWith("{") ? response.body() : last(response.body()));
        return (stream ? answer.getJsonObject("response") : answer).getJsonArray("output");
    }

    private static String last(String events) {
        return ChatClient.data(events).getLast();
    }

    /** A second request with the first response's items by reference, and the result of its call. */
    private static HttpResponse<String> second(String key, String model, JsonArray items) {
        JsonArray input = question();
        items.forEach(item -> input.add(
                new JsonObject().put("type", "item_reference").put("id", ((JsonObject) item).getString("id"))));
        input.add(new JsonObject()
                .put("type", "function_call_output")
                .put("call_id", "call_1")
                .put("output", "42"));
        return ask(key, request(model, input));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTranslatedConversationContinuesByReference(boolean stream) {
        JsonArray items = first("chat/m", stream, null);
        assertThat(items).hasSize(2);

        assertThat(second("bob", "chat/m", items).statusCode()).isEqualTo(200);

        JsonArray messages = SEEN.getLast().getJsonArray("messages");
        assertThat(messages.getJsonObject(1).getString("content")).isEqualTo("It is a secret.");
        assertThat(messages.getJsonObject(1)
                        .getJsonArray("tool_calls")
                        .getJsonObject(0)
                        .getString("id"))
                .isEqualTo("call_1");
        assertThat(messages.getJsonObject(2).getString("content")).isEqualTo("42");
    }

    @Test
    void aProviderOfTheSameFormatGetsTheItemsToo() {
        JsonArray items = first("chat/m", false, true);

        assertThat(second("alice", "own/gpt-4o", items).statusCode()).isEqualTo(200);

        JsonArray input = SEEN.getLast().getJsonArray("input");
        assertThat(input.getJsonObject(1)).isEqualTo(items.getJsonObject(0));
        assertThat(input.getJsonObject(2)).isEqualTo(items.getJsonObject(1));
    }

    @Test
    void referencesToItemsThatAProviderStoredPassToItOnly() {
        JsonArray items = first("own/gpt-4o", false, null);

        assertThat(second("alice", "own/gpt-4o", items).statusCode()).isEqualTo(200);
        assertThat(SEEN.getLast().getJsonArray("input").getJsonObject(1).getString("type"))
                .isEqualTo("item_reference");
        assertThat(second("alice", "chat/m", items).body()).contains("item_not_found", "send the item itself");
    }

    @Test
    void nothingIsKeptWithStoreFalseAndForOtherOwners() {
        HttpResponse<String> unstored = second("alice", "chat/m", first("chat/m", true, false));
        HttpResponse<String> foreign = second("carol", "chat/m", first("chat/m", true, null));

        for (HttpResponse<String> refused : List.of(unstored, foreign)) {
            assertThat(refused.statusCode()).isEqualTo(404);
            JsonObject error = new JsonObject(refused.body()).getJsonObject("error");
            assertThat(error.getString("type")).isEqualTo("invalid_request_error");
            assertThat(error.getString("code")).isEqualTo("item_not_found");
            assertThat(error.getString("param")).isEqualTo("input");
            assertThat(error.getString("message"))
                    .startsWith("Item with id '")
                    .endsWith("' not found. 'input[1]' refers to it: send the item itself instead.");
        }
    }

    @Test
    void itemsAreKeptAsTheClientGotThem() {
        JsonArray items = first("hidden", true, null);
        assertThat(items.encode()).doesNotContain("secret");

        assertThat(second("alice", "chat/m", items).statusCode()).isEqualTo(200);

        assertThat(SEEN.getLast().encode()).doesNotContain("secret");
    }

    @Test
    void itemsMakeNoBodyLargerThanTheLimit() {
        JsonArray items = first("chat/m", false, null);
        JsonArray input = question();
        JsonObject reference = new JsonObject()
                .put("type", "item_reference")
                .put("id", items.getJsonObject(0).getString("id"));
        for (int i = 0; i < 200_000; i++) {
            input.add(reference);
        }

        HttpResponse<String> refused = ask("alice", request("chat/m", input));

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("server.max_body");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTranslatedConversationContinuesByThePreviousResponse(boolean stream) {
        String first = id(ask("alice", request("chat/m", question()).put("stream", stream)));
        JsonObject next = new JsonObject()
                .put("model", "chat/m")
                .put("previous_response_id", first)
                .put(
                        "input",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "function_call_output")
                                        .put("call_id", "call_1")
                                        .put("output", "42")));
        String second = id(ask("bob", next.put("stream", stream)));
        JsonObject last = new JsonObject().put("previous_response_id", second).put("input", "and now");

        assertThat(ask("alice", last.put("model", "chat/m")).statusCode()).isEqualTo(200);
        JsonArray messages = SEEN.getLast().getJsonArray("messages");
        assertThat(ask("alice", last.put("model", "own/gpt-4o")).statusCode()).isEqualTo(200);
        JsonArray input = SEEN.getLast().getJsonArray("input");

        assertThat(messages.stream().map(each -> ((JsonObject) each).getString("role")))
                .containsExactly("user", "assistant", "tool", "assistant", "user");
        assertThat(messages.getJsonObject(2).getString("content")).isEqualTo("42");
        assertThat(messages.getJsonObject(4).getString("content")).isEqualTo("and now");
        assertThat(input.size()).isEqualTo(7);
        assertThat(SEEN.getLast().getString("previous_response_id")).isNull();
        HttpResponse<String> foreign = ask("carol", last.put("model", "chat/m"));
        assertThat(foreign.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(foreign.body()).getJsonObject("error"))
                .isEqualTo(new JsonObject()
                        .put(
                                "message",
                                "Previous response with id '" + second
                                        + "' not found. Send the whole input instead of previous_response_id.")
                        .put("type", "invalid_request_error")
                        .put("param", "previous_response_id")
                        .put("code", "previous_response_not_found"));
    }

    private static String id(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body().startsWith("{")
                ? new JsonObject(response.body()).getString("id")
                : new JsonObject(last(response.body()))
                        .getJsonObject("response")
                        .getString("id");
    }
}
