package dev.sluice.gateway;

import static dev.sluice.testkit.ResponsesSocketClient.createEvent;
import static dev.sluice.testkit.ResponsesSocketClient.lastItem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.ResponsesSocketClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.MockProvider;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Responses API over a WebSocket: each event is a request, and the connection remembers its conversations. */
class ResponsesSocketTest {

    private static final int MAX_BODY = 3 * 1024 * 1024;

    private static Vertx vertx;
    private static OpenAiMock openai;
    private static AnthropicMock anthropic;
    private static RunningSluice sluice;
    private final List<ResponsesSocketClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        openai = OpenAiMock.open(vertx);
        anthropic = AnthropicMock.open(vertx);
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + """
                          max_body: %d
                        providers:
                          openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }] }
                          anthropic: { type: anthropic, base_url: "%s", api_keys: [{ key: "%s" }] }
                        """.formatted(MAX_BODY, openai.baseUrl(), openai.key(), anthropic.baseUrl(), anthropic.key()),
                Map.of(),
                1);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        openai.close();
        anthropic.close();
        RunningSluice.await(vertx.close());
    }

    @BeforeEach
    void reset() {
        openai.reset();
        anthropic.reset();
    }

    @AfterEach
    void close() {
        clients.forEach(client -> client.socket().close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-5", "anthropic/claude-sonnet-4-5"})
    void aWarmUpAndAToolLoopWithThoughtsContinueAtEveryProvider(String model) {
        MockProvider provider = model.startsWith("openai") ? openai : anthropic;
        ResponsesSocketClient client = connect();

        client.create(createEvent(model, "Be brief.", null).put("generate", false));
        List<JsonObject> warm = client.response();
        assertThat(warm)
                .extracting(event -> event.getString("type"))
                .containsExactly("response.created", "response.in_progress", "response.completed");
        JsonObject prepared = warm.getLast().getJsonObject("response");
        assertThat(prepared.getJsonArray("output")).isEmpty();
        assertThat(prepared.getJsonObject("usage").getInteger("total_tokens")).isZero();
        assertThat(provider.requests()).isEmpty();

        client.create(createEvent(model, "call weather", prepared.getString("id")));
        JsonObject calling = client.completed();
        String call = lastItem(calling).getString("call_id");
        assertThat(call).as(calling.encodePrettily()).isNotNull();

        client.create(createEvent(model, null, calling.getString("id"))
                .put(
                        "input",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "function_call_output")
                                        .put("call_id", call)
                                        .put("output", "sunny"))));
        JsonObject answered = client.completed();
        assertThat(lastItem(answered).getString("type")).isEqualTo("message");
        client.create(createEvent(model, "Thanks.", answered.getString("id")));
        client.completed();

        String last = provider.last().raw().toString();
        assertThat(last)
                .contains("Be brief.", "call weather", "sunny", "Thanks.")
                .doesNotContain("previous_response_id");
        assertThat(last).contains(model.startsWith("openai") ? "encrypted_content" : "signature");
        assertThat(provider.requests()).hasSize(3);
    }

    @Test
    void reasoningThatTheClientDidNotAskForStaysInTheConversation() {
        ResponsesSocketClient client = connect();
        JsonObject first = createEvent("openai/gpt-5", "call weather", null);
        first.remove("include");
        client.create(first);
        JsonObject calling = client.completed();
        assertThat(openai.last().json().getJsonArray("include")).containsExactly("reasoning.encrypted_content");
        JsonObject next = createEvent("openai/gpt-5", null, calling.getString("id"))
                .put(
                        "input",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "function_call_output")
                                        .put("call_id", lastItem(calling).getString("call_id"))
                                        .put("output", "sunny")));
        next.remove("include");

        client.create(next);

        client.completed();
        assertThat(openai.last().json().getJsonArray("input").encode()).contains("encrypted_content");
        assertThat(openai.last().raw().toString()).doesNotContain("sluice");
        JsonObject plain = createEvent("openai/gpt-4o", "Hi", null);
        plain.remove("include");
        plain.remove("reasoning");
        client.create(plain);
        client.completed();
        assertThat(openai.last().json().containsKey("include")).isFalse();
        client.create(plain.put("model", "anthropic/claude-sonnet-4-5"));
        assertThat(client.response().getFirst().getJsonObject("headers").encode())
                .doesNotContain("sluice-dropped");
    }

    @Test
    void theFirstEventHasTheHeadersOfTheResponseAndEachResponseItsOwnLogLine() {
        ResponsesSocketClient client = connect();

        client.create(createEvent("openai/gpt-5", "one", null));
        JsonObject one = client.response().getFirst().getJsonObject("headers");
        client.create(createEvent("openai/gpt-5", "two", null));
        JsonObject two = client.response().getFirst().getJsonObject("headers");

        assertThat(one.getString("x-sluice-provider")).isEqualTo("openai");
        assertThat(one.getString("x-request-id")).isNotEqualTo(two.getString("x-request-id"));
        await().untilAsserted(() -> assertThat(sluice.accessLines())
                .extracting(line -> line.getString("request_id"))
                .contains(one.getString("x-request-id"), two.getString("x-request-id")));
        assertThat(sluice.accessLines())
                .anySatisfy(line -> assertThat(line.getInteger("status")).isEqualTo(101));
        assertThat(openai.last().header("openai-beta")).isNull();
    }

    @Test
    void aResponseThatTheConnectionDoesNotKnowIsNotFound() {
        ResponsesSocketClient client = connect();

        client.create(createEvent("openai/gpt-5", "hi", "resp_unknown"));

        assertThat(client.error(400, "previous_response_not_found")
                        .getJsonObject("error")
                        .getString("param"))
                .isEqualTo("previous_response_id");
        assertThat(openai.requests()).isEmpty();
    }

    /** Over HTTP, Sluice keeps what its provider does not store. */
    @Test
    void aConversationThatBeganOverHttpGoesOnHere() {
        String first = new JsonObject(sluice.chat()
                        .post(
                                "/responses",
                                new JsonObject()
                                        .put("model", "anthropic/claude-sonnet-4-5")
                                        .put("input", "Over HTTP.")
                                        .encode())
                        .body())
                .getString("id");
        ResponsesSocketClient client = connect();

        client.create(createEvent("openai/gpt-5", "Over a socket.", first));
        String second = client.completed().getString("id");
        client.create(createEvent("openai/gpt-5", "Again.", second));
        client.completed();

        assertThat(openai.last().raw().toString())
                .contains("Over HTTP.", "Over a socket.", "Again.")
                .doesNotContain("previous_response_id");
    }

    @Test
    void referencesAreCountedByTheirOutcome() {
        ResponsesSocketClient client = connect();
        double found = references("found");
        double failed = references("failed");
        double unknown = references("unknown");
        client.create(createEvent("openai/gpt-5", "one", null));
        String id = client.completed().getString("id");
        client.create(createEvent("openai/gpt-5", "fault: status_500", id));
        client.error(502, "upstream_failed");
        client.create(createEvent("openai/gpt-5", "again", id));
        client.error(400, "previous_response_not_found");
        client.create(createEvent("openai/gpt-5", "again", "resp_other"));
        client.error(400, "previous_response_not_found");

        assertThat(references("found")).isEqualTo(found + 1);
        assertThat(references("failed")).isEqualTo(failed + 1);
        assertThat(references("unknown")).isEqualTo(unknown + 1);
    }

    private static double references(String outcome) {
        String name = "sluice_response_references_total{outcome=\"" + outcome + "\"} ";
        return new ChatClient(sluice.adminUrl())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    @Test
    void aFailedContinuationIsForgotten() {
        ResponsesSocketClient client = connect();
        client.create(createEvent("openai/gpt-5", "one", null));
        String id = client.completed().getString("id");

        client.create(createEvent("openai/gpt-5", "fault: status_500", id));
        client.error(502, "upstream_failed");

        client.create(createEvent("openai/gpt-5", "again", id));
        client.error(400, "previous_response_not_found");
    }

    @Test
    void aStoredResponseOfBeforeIsContinuedByItsProvider() {
        ResponsesSocketClient first = connect();
        first.create(createEvent("openai/gpt-5", "one", null).put("store", true));
        String id = first.completed().getString("id");
        ResponsesSocketClient second = connect();

        second.create(createEvent("openai/gpt-5", "two", id).put("store", true));
        String continued = second.completed().getString("id");
        second.create(createEvent("openai/gpt-5", "three", continued).put("store", true));
        second.completed();

        // The connection has a part of the conversation only, so the provider continues it.
        assertThat(openai.last().json().getString("previous_response_id")).isEqualTo(continued);
    }

    @Test
    void lanesRunAtTheSameTimeAndTheirOwnRequestsFollowEachOther() {
        ResponsesSocketClient client = connect();
        client.create(createEvent("openai/gpt-5", "fault: hang", null).put("stream_id", "stuck"));
        client.create(createEvent("openai/gpt-5", "never sent", null).put("stream_id", "stuck"));
        await().until(() -> openai.requests().size() == 1);

        client.create(createEvent("openai/gpt-5", "root", null).put("stream_id", "main"));
        JsonObject root = completedOf(client, "main");
        client.create(createEvent("openai/gpt-5", "fork", root.getString("id")).put("stream_id", "critic"));
        completedOf(client, "critic");

        assertThat(openai.last().raw().toString()).contains("root", "fork");
        assertThat(openai.requests()).hasSize(3);
    }

    @Test
    void aConnectionHasALimitedNumberOfLanes() {
        ResponsesSocketClient client = connect();
        for (int i = 0; i < 32; i++) {
            client.create(new JsonObject().put("type", "response.create").put("stream_id", "lane-" + i));
            assertThat(client.error(400, "missing_required_parameter").getString("stream_id"))
                    .isEqualTo("lane-" + i);
        }

        client.create(createEvent("openai/gpt-5", "hi", null).put("stream_id", "one-more"));

        assertThat(client.error(400, "websocket_stream_limit_reached").getString("stream_id"))
                .isEqualTo("one-more");
    }

    @Test
    void largeMessagesArriveInOneFrameOrInFragments() {
        ResponsesSocketClient client = connect();
        String text = "x".repeat(1_500_000);
        String event = createEvent("openai/gpt-5", text + " one", null).encode();
        client.socket().writeTextMessage(event);
        client.completed();
        assertThat(openai.last().raw().length()).isGreaterThan(1_500_000);

        client.socket().writeFrame(WebSocketFrame.textFrame(event.substring(0, 10), false));
        client.socket().writePing(Buffer.buffer("between"));
        client.socket()
                .writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(event.substring(10, 900_000)), false));
        client.socket().writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(event.substring(900_000)), true));
        client.completed();
        assertThat(openai.requests()).hasSize(2);
    }

    @Test
    void aClientThatReadsLateGetsEverything() {
        ResponsesSocketClient client = connect();
        client.socket().pause();
        client.create(createEvent("openai/gpt-5", "x".repeat(900_000), null));
        await().until(() -> openai.requests().size() == 1);

        client.socket().resume();

        JsonObject message = lastItem(client.completed());
        assertThat(message.getJsonArray("content")
                        .getJsonObject(0)
                        .getString("text")
                        .length())
                .isGreaterThanOrEqualTo(900_000);
    }

    private static JsonObject completedOf(ResponsesSocketClient client, String lane) {
        while (true) {
            JsonObject event = client.next();
            if (lane.equals(event.getString("stream_id"))
                    && event.getString("type").equals("response.completed")) {
                return event.getJsonObject("response");
            }
        }
    }

    private ResponsesSocketClient connect() {
        ResponsesSocketClient client = ResponsesSocketClient.connect(vertx, sluice.port(), null);
        clients.add(client);
        return client;
    }
}
