package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.AnthropicMock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With {@code on_stream_failure: continue} another target resumes a truncated stream, and headers and log name both
 * targets.
 */
class StreamContinuationNamesBothTargetsTest {

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static AnthropicMock anthropic;
    private static RunningSluice sluice;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        anthropic = AnthropicMock.open();
        StringBuilder routes = new StringBuilder();
        for (String fault : List.of("cut", "cut-clean", "reset-mid", "stall", "malformed", "error-event")) {
            for (int after : new int[] {1, 7}) {
                routes.append(
                        route(fault + "-" + after, "first, model: lorem-10_fault-" + fault + "@" + after, "second"));
            }
        }
        routes.append(route("thrice", "first, model: lorem-10_fault-cut@3", "first, model: lorem-11_fault-cut@3")
                .replace(
                        "}] }",
                        "},  { provider: second, model: lorem-12_fault-cut@3 }, { provider: second, model:"
                                + " lorem-13 }] }"));
        routes.append(route("late", "first, model: lorem-10_fault-cut@3", "second, model: lorem-10_slow-20s"));
        routes.append(route("refused", "first, model: lorem-10_fault-cut@3", "second, model: fast_fault-status-400"));
        routes.append(route("down", "first, model: lorem-10_fault-cut@3", "second, model: fast_fault-status-503"));
        routes.append(route("newer", "first, model: lorem-10_fault-cut@3", "claude, model: claude-opus-4-6"));
        routes.append(route("older", "first, model: lorem-10_fault-cut@3", "claude, model: claude-sonnet-4-5"));
        routes.append("  alone: { on_stream_failure: continue, targets: [{ provider: first, model:"
                + " lorem-10_fault-cut@3_times-1_key-alone }] }\n");
        routes.append(
                route("plain", "first, model: lorem-10_fault-cut@3", "second").replace("continue", "error"));
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + "providers:\n" + provider("first")
                + provider("second")
                + "  claude: { type: anthropic, base_url: \"" + anthropic.baseUrl() + "\", api_keys: [{ key: \""
                + anthropic.key() + "\" }] }\nmodels:\n" + routes);
        client = OpenAIOkHttpClient.builder()
                .baseUrl(sluice.baseUrl())
                .apiKey("any")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        sluice.close();
        anthropic.close();
    }

    @ParameterizedTest
    @CsvSource({
        "cut-1",
        "cut-7",
        "cut-clean-1",
        "cut-clean-7",
        "reset-mid-1",
        "reset-mid-7",
        "stall-1",
        "stall-7",
        "malformed-1",
        "malformed-7",
        "error-event-1",
        "error-event-7"
    })
    void theClientReadsOneResponse(String route) {
        String whole = text("second/lorem-10");

        assertThat(text(route)).isEqualTo(whole);
        HttpResponse<String> raw = stream(route, UUID.randomUUID().toString());
        assertThat(raw.body())
                .containsOnlyOnce("\"role\":\"assistant\"")
                .containsOnlyOnce(": sluice-continued second/lorem-10\n\n")
                .endsWith("data: [DONE]\n\n");
        assertThat(ChatClient.chunks(raw.body()).stream()
                        .map(chunk -> chunk.getString("id"))
                        .distinct())
                .hasSize(1);
        ObservedState.awaitInFlight(sluice, "first", 0);
        ObservedState.awaitInFlight(sluice, "second", 0);
    }

    @Test
    void theSecondTargetGetsTheTextSoFarAndTheLogNamesBoth() {
        String id = UUID.randomUUID().toString();

        stream("cut-7", id);

        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("ok");
        assertThat(line.getInteger("attempts")).isEqualTo(2);
        assertThat(line.getString("continued")).isEqualTo("second/lorem-10");
    }

    @Test
    void aSingleTargetIsCalledAgain() {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response = stream("alone", id);

        assertThat(response.body()).endsWith("data: [DONE]\n\n").containsOnlyOnce(": sluice-continued first/");
        assertThat(ObservedState.accessLine(sluice, id).getInteger("attempts")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "down", "thrice", "plain"})
    void theClientGetsTheFirstFailure(String route) {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response = stream(route, id);

        List<JsonObject> chunks = ChatClient.chunks(response.body());
        assertThat(chunks.getLast().getJsonObject("error").getString("code")).isEqualTo("upstream_truncated");
        assertThat(response.body()).doesNotContain("[DONE]");
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getString("outcome")).isEqualTo("failed");
        assertThat(line.getString("error_code")).isEqualTo("upstream_truncated");
        ObservedState.awaitInFlight(sluice, "first", 0);
        ObservedState.awaitInFlight(sluice, "second", 0);
    }

    @ParameterizedTest
    @CsvSource({"older, assistant", "newer, user"})
    void onlyModelsThatTakeItAreGivenTheirOwnTurn(String route, String last) {
        stream(route, UUID.randomUUID().toString());

        JsonArray turns = anthropic.requests().getLast().json().getJsonArray("messages");
        assertThat(turns.getJsonObject(1).getString("role")).isEqualTo("assistant");
        assertThat(turns.getJsonObject(1).encode())
                .contains(text("first/lorem-3").strip());
        assertThat(turns.getJsonObject(turns.size() - 1).getString("role")).isEqualTo(last);
    }

    @Test
    void streamsAreNotContinuedBeyondTheDeadline() {
        String id = UUID.randomUUID().toString();

        HttpResponse<String> response = sluice.chat()
                .chat(
                        ChatClient.request("late", "Hello").put("stream", true),
                        "x-request-id",
                        id,
                        "x-sluice-timeout",
                        "700ms");

        JsonObject error = ChatClient.chunks(response.body()).getLast().getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("upstream_truncated");
        JsonObject line = ObservedState.accessLine(sluice, id);
        assertThat(line.getInteger("attempts")).isEqualTo(2);
        assertThat(line.getInteger("duration_ms")).isBetween(600, 3_000);
    }

    @Test
    void everyConversationFormatIsContinued() {
        String whole = text("second/lorem-10");

        String messages = post("/messages", body().put("max_tokens", 99).put("messages", turns()));
        String responses = post("/responses", body().put("input", "Hello"));
        String completions = post("/completions", body().put("prompt", "Hello"));

        assertThat(deltas(messages, "/delta/text")).isEqualTo(whole);
        assertThat(messages).containsOnlyOnce("event: message_start").containsOnlyOnce("event: message_stop");
        assertThat(deltas(responses, "/delta")).isEqualTo(whole);
        assertThat(responses).containsOnlyOnce("event: response.created").containsOnlyOnce("event: response.completed");
        assertThat(deltas(completions, "/choices/0/text")).isEqualTo(whole);
        assertThat(completions).endsWith("data: [DONE]\n\n");
        assertThat(List.of(messages, responses, completions))
                .allSatisfy(each -> assertThat(each).containsOnlyOnce(": sluice-continued second/lorem-10\n\n"));
    }

    private static JsonObject body() {
        return new JsonObject().put("model", "cut-7").put("stream", true);
    }

    private static JsonArray turns() {
        return new JsonArray().add(new JsonObject().put("role", "user").put("content", "Hello"));
    }

    private static String post(String path, JsonObject body) {
        return sluice.chat().post(path, body.encode()).body();
    }

    private static String deltas(String stream, String pointer) {
        return ChatClient.chunks(stream).stream()
                .map(event -> JsonPointer.from(pointer).queryJson(event))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .collect(Collectors.joining());
    }

    private static String text(String model) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(ChatCompletionCreateParams.builder()
                        .model(model)
                        .addUserMessage("Hello")
                        .build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator
                .chatCompletion()
                .choices()
                .getFirst()
                .message()
                .content()
                .orElse("");
    }

    private static HttpResponse<String> stream(String model, String id) {
        return sluice.chat().chat(ChatClient.request(model, "Hello").put("stream", true), "x-request-id", id);
    }

    private static String provider(String name) {
        return "  " + name + ": { type: openai_compatible, base_url: \"" + simulator.baseUrl()
                + "\", breaker: { min_calls: 1000 }, timeouts: { idle: 400ms }, retry: { backoff: 10ms } }\n";
    }

    private static String route(String name, String first, String second) {
        String then = second.contains(",") ? second : second + ", model: lorem-10";
        return "  " + name + ": { on_stream_failure: continue, targets: [{ provider: " + first + " }, { provider: "
                + then + " }] }\n";
    }
}
