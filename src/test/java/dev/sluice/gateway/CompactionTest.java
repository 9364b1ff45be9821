package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Conversations are compacted at providers of other formats, and go on from there at every provider. */
class CompactionTest {

    private static final String CLAUDE = "anthropic/claude-sonnet-4-5";

    private static Vertx vertx;
    private static OpenAiMock openai;
    private static AnthropicMock anthropic;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        openai = OpenAiMock.open(vertx);
        anthropic = AnthropicMock.open(vertx);
        sluice = RunningSluice.start(
                RunningSluice.EPHEMERAL
                        + """
                        providers:
                          openai: { type: openai, base_url: "%s", api_keys: [{ key: "%s" }] }
                          anthropic: { type: anthropic, base_url: "%s", api_keys: [{ key: "%s" }] }
                          vllm: { type: vllm, base_url: "%s", api_keys: [{ key: "%s" }] }
                        models:
                          clean:
                            targets: [{ provider: anthropic, model: claude-sonnet-4-5 }]
                            sanitize: { block: ["Summarize this"] }
                        """.formatted(
                                        openai.baseUrl(),
                                        openai.key(),
                                        anthropic.baseUrl(),
                                        anthropic.key(),
                                        openai.baseUrl(),
                                        openai.key()),
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

    @Test
    void aTriggerReturnsOneCompactionWhichEveryProviderContinues() {
        JsonArray input = new JsonArray()
                .add(user("Find the bug."))
                .add(call())
                .add(new JsonObject()
                        .put("type", "function_call_output")
                        .put("call_id", "call_1")
                        .put("output", "line 7"))
                .add(new JsonObject().put("type", "compaction_trigger"));

        HttpResponse<String> streamed =
                post("/responses", request(CLAUDE, input).put("stream", true));

        List<JsonObject> events = ChatClient.chunks(streamed.body());
        assertThat(events)
                .extracting(event -> event.getString("type"))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.output_item.done",
                        "response.completed");
        JsonObject compaction = events.get(3).getJsonObject("item");
        assertThat(compaction.getString("type")).isEqualTo("compaction");
        assertThat(events.getLast().getJsonObject("response").getJsonArray("output"))
                .containsExactly(compaction);
        JsonObject asked = anthropic.last().json();
        assertThat(asked.encode()).contains("Find the bug.", "line 7", "Summarize this conversation");
        assertThat(asked.getJsonObject("tool_choice").getString("type")).isEqualTo("none");

        for (String model : List.of(CLAUDE, "openai/gpt-5")) {
            JsonArray next =
                    new JsonArray().add(user("Find the bug.")).add(compaction).add(user("Mend it."));
            assertThat(post("/responses", request(model, next)).statusCode()).isEqualTo(200);
        }
        assertThat(anthropic.last().raw().toString())
                .contains("Summary of the conversation", "Mend it.")
                .doesNotContain("sluice1.");
        assertThat(openai.last().raw().toString())
                .contains("Summary of the conversation", "Mend it.")
                .doesNotContain("sluice1.", "\"compaction\"");
    }

    @Test
    void theEndpointReturnsTheMessagesOfTheUserAndACompaction() {
        JsonArray input = new JsonArray()
                .add(user("Remember slate."))
                .add(new JsonObject().put("role", "assistant").put("content", "OK."));

        HttpResponse<String> response =
                post("/responses/compact", new JsonObject().put("model", CLAUDE).put("input", input));

        JsonObject compacted = new JsonObject(response.body());
        assertThat(compacted.getString("object")).isEqualTo("response.compaction");
        assertThat(compacted.getJsonObject("usage").getInteger("total_tokens")).isPositive();
        JsonArray output = compacted.getJsonArray("output");
        assertThat(output.getJsonObject(0).encode()).contains("Remember slate.", "input_text", "completed", "\"id\"");
        assertThat(output.getJsonObject(1).getString("type")).isEqualTo("compaction");
        assertThat(output).hasSize(2);
        assertThat(response.headers().firstValue("x-sluice-provider")).hasValue("anthropic");

        assertThat(post("/responses", request(CLAUDE, output.copy().add(user("Go on."))))
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/responses/compact", new JsonObject().put("input", "hi"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(sluice.chat().get("/responses/compact").statusCode()).isEqualTo(405);
    }

    /** A client would replace its whole conversation by half a summary. */
    @Test
    void aSummaryThatWasCutIsNone() {
        HttpResponse<String> response = post(
                "/responses/compact",
                new JsonObject().put("model", CLAUDE).put("input", "x").put("max_output_tokens", 1));

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("did not complete the compaction", "unchanged: max_output_tokens");
    }

    @Test
    void aConversationIsCompactedByTheIdOfItsLastResponse() {
        JsonObject first = new JsonObject(
                post("/responses", new JsonObject().put("model", CLAUDE).put("input", "Remember slate."))
                        .body());

        HttpResponse<String> response = post(
                "/responses/compact",
                new JsonObject().put("model", CLAUDE).put("previous_response_id", first.getString("id")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(response.body())
                        .getJsonArray("output")
                        .getJsonObject(0)
                        .encode())
                .contains("Remember slate.");
        assertThat(anthropic.last().json().encode()).contains("Remember slate.", "Summarize this conversation");
        HttpResponse<String> passed = post(
                "/responses",
                new JsonObject().put("model", "openai/gpt-4o").put("prompt", new JsonObject().put("id", "pmpt_1")));
        assertThat(passed.body()).contains("\"status\":\"completed\"");
        assertThat(openai.last().json().containsKey("input")).isFalse();
    }

    /** Only OpenAI describes the trigger; others with the Responses API would refuse it. */
    @Test
    void aProviderThatCannotCompactIsAskedForASummary() {
        JsonArray input = new JsonArray().add(user("x")).add(new JsonObject().put("type", "compaction_trigger"));

        HttpResponse<String> own = post("/responses", request("openai/gpt-5", input));
        HttpResponse<String> summarized = post("/responses", request("vllm/gpt-4o", input));

        JsonObject sent = openai.requests().get(openai.requests().size() - 2).json();
        assertThat(sent.getJsonArray("input")).isEqualTo(input);
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(openai.last().json().getJsonArray("input").encode()).contains("Summarize this conversation");
        assertThat(new JsonObject(summarized.body())
                        .getJsonArray("output")
                        .getJsonObject(0)
                        .getString("type"))
                .isEqualTo("compaction");
        assertThat(post("/responses", request("vllm/gpt-4o", new JsonArray().add(user("x"))))
                        .statusCode())
                .isEqualTo(200);
        assertThat(openai.last().json().containsKey("input")).isTrue();
    }

    /** A client could write the seal of a compaction itself. */
    @Test
    void rulesForPromptsReadTheSummary() {
        JsonArray input = new JsonArray().add(user("x")).add(new JsonObject().put("type", "compaction_trigger"));
        JsonObject compaction = ChatClient.chunks(
                        post("/responses", request(CLAUDE, input).put("stream", true))
                                .body())
                .get(3)
                .getJsonObject("item");

        HttpResponse<String> blocked = post(
                "/responses", request("clean", new JsonArray().add(compaction).add(user("Go on."))));

        // The stand-in repeats its prompt, so the summary has these words.
        assertThat(blocked.statusCode()).isEqualTo(400);
        assertThat(blocked.body()).contains("content_blocked");
    }

    @Test
    void aCompactionOfAnthropicStandsForTheMessagesBeforeItElsewhere() {
        JsonArray content = new JsonArray()
                .add(new JsonObject().put("type", "compaction").put("content", "The word is slate."))
                .add(new JsonObject().put("type", "text").put("text", "Ready."));
        JsonObject request = new JsonObject()
                .put("model", "openai/gpt-4o")
                .put("max_tokens", 100)
                .put(
                        "messages",
                        new JsonArray()
                                .add(new JsonObject().put("role", "user").put("content", "a long history"))
                                .add(new JsonObject().put("role", "assistant").put("content", content))
                                .add(new JsonObject().put("role", "user").put("content", "Which word?")));

        assertThat(post("/messages", request).statusCode()).isEqualTo(200);

        assertThat(openai.last().raw().toString())
                .contains("The word is slate.", "Ready.", "Which word?")
                .doesNotContain("a long history");
    }

    private static HttpResponse<String> post(String path, JsonObject body) {
        return sluice.chat().post(path, body.encode());
    }

    private static JsonObject request(String model, JsonArray input) {
        JsonObject weather = new JsonObject()
                .put("type", "function")
                .put("name", "grep")
                .put("parameters", new JsonObject().put("type", "object").put("properties", new JsonObject()));
        return new JsonObject()
                .put("model", model)
                .put("store", false)
                .put("tools", new JsonArray().add(weather))
                .put("input", input);
    }

    private static JsonObject user(String text) {
        return new JsonObject().put("type", "message").put("role", "user").put("content", text);
    }

    private static JsonObject call() {
        return new JsonObject()
                .put("type", "function_call")
                .put("call_id", "call_1")
                .put("name", "grep")
                .put("arguments", "{}");
    }
}
