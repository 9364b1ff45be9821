package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OpenAI stand-in refuses what OpenAI refuses and frames as OpenAI frames. */
final class OpenAiMockIsStrictTest {

    private static OpenAiMock mock;
    private static MockClient asking;

    @BeforeAll
    static void open() {
        mock = OpenAiMock.open();
        asking = new MockClient(mock.baseUrl(), "authorization", "Bearer " + mock.key());
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @Test
    void echoesWholeAndStreamed() {
        JsonObject whole = asking.post("/chat/completions", MockClient.chat("gpt-4o", "hi there"))
                .json();
        MockClient.Response stream = asking.post(
                "/chat/completions",
                MockClient.chat("gpt-4o", "hi there").put("stream", true).put("stream_options", includeUsage()));

        assertThat(message(whole).getString("content")).isEqualTo("echo: hi there");
        assertThat(whole.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(22);
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(stream.body()).endsWith("data: [DONE]\n\n");
        JsonObject last = stream.events().get(stream.events().size() - 1);
        assertThat(last.getJsonArray("choices")).isEmpty();
        assertThat(last.getJsonObject("usage")).isEqualTo(whole.getJsonObject("usage"));
        assertThat(stream.events().get(0).containsKey("usage")).isTrue();
    }

    @Test
    void interleavesTheFragmentsOfParallelCalls() {
        MockClient.Response stream = asking.post("/chat/completions", calling().put("stream", true));

        List<JsonObject> calls = stream.events().stream()
                .flatMap(event -> Json.objects(event, "choices").stream())
                .flatMap(choice -> Json.objects(choice.getJsonObject("delta"), "tool_calls").stream())
                .toList();
        assertThat(calls.stream().map(call -> call.getInteger("index"))).containsExactly(0, 1, 0, 1, 0, 1, 0, 1);
        assertThat(arguments(calls, 0)).isEqualTo("{\"city\":\"Paris\"}");
        assertThat(arguments(calls, 1)).isEqualTo("{\"city\":\"Rome\"}");
        assertThat(stream.body()).contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void respondsToToolResultsSchemasAndImages() {
        JsonObject done = MockClient.chat("gpt-4o", "call weather").put("tools", Json.arr(MockClient.tool("weather")));
        done.getJsonArray("messages")
                .add(MockClient.assistantCalling("call_1", "weather"))
                .add(MockClient.result("call_1", "mild"));
        JsonObject image = Json.obj("type", "image_url", "image_url", Json.obj("url", "https://example.org/a.png"));
        JsonObject seen =
                MockClient.chat("gpt-4o", "").put("messages", Json.arr(MockClient.user(Json.arr(image, image))));

        assertThat(say(done)).isEqualTo("results: mild");
        assertThat(say(seen)).isEqualTo("I see 2 image(s)");
    }

    @Test
    void refusesAnOrphanResultAndAnUnansweredCall() {
        JsonObject orphan = MockClient.chat("gpt-4o", "hi");
        orphan.getJsonArray("messages").add(MockClient.result("call_1", "mild"));
        JsonObject open = MockClient.chat("gpt-4o", "hi");
        open.getJsonArray("messages")
                .add(MockClient.assistantCalling("call_1", "weather"))
                .add(MockClient.user("and?"));

        assertThat(refused(orphan).getString("message")).contains("preceeding message with 'tool_calls'");
        assertThat(refused(open).getString("message")).contains("did not have response messages: call_1");
    }

    @Test
    void refusesFieldsOfOthersOnAMessage() {
        JsonObject body = MockClient.chat("gpt-4o", "hi");
        body.getJsonArray("messages").getJsonObject(0).put("reasoning_content", "hm");
        JsonObject item = MockClient.user("hi").put("tool_calls", Json.arr());

        assertThat(refused(body).getString("param")).isEqualTo("messages[0].reasoning_content");
        assertThat(asking.post("/responses", Json.obj("model", "gpt-4o", "input", Json.arr(item)))
                        .body())
                .contains("input[0].tool_calls");
    }

    @Test
    void refusesUnknownFieldsModelsAndLimits() {
        assertThat(refused(MockClient.chat("gpt-4o", "hi").put("top_k", 3)).getString("code"))
                .isEqualTo("unknown_parameter");
        assertThat(refused(MockClient.chat("gpt-4o", "hi").put("temperature", 3))
                        .getString("param"))
                .isEqualTo("temperature");
        assertThat(refused(MockClient.chat("gpt-5", "hi").put("max_tokens", 3)).getString("code"))
                .isEqualTo("unsupported_parameter");
        assertThat(asking.post("/chat/completions", MockClient.chat("claude-opus-5", "hi"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void refusesToolsWithReasoningOnChatButNotOnResponses() {
        JsonObject chat =
                MockClient.chat("gpt-6-luna", "call weather").put("tools", Json.arr(MockClient.tool("weather")));
        JsonObject flat = Json.obj("type", "function", "name", "weather", "parameters", new JsonObject());
        JsonObject responses = Json.obj("model", "gpt-6-luna", "input", "call weather", "tools", Json.arr(flat));

        assertThat(refused(chat).getString("message")).startsWith("Function tools with reasoning_effort");
        assertThat(asking.post("/responses", responses).body()).contains("function_call");
        assertThat(asking.post("/chat/completions", chat.put("reasoning_effort", "none"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void numbersTheEventsOfAResponse() {
        JsonObject body = Json.obj("model", "gpt-6-sol", "input", "hi there", "stream", true);
        body.put("reasoning", Json.obj("effort", "low", "summary", "auto"));
        MockClient.Response stream = asking.post("/responses", body);

        List<JsonObject> events = stream.events();
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).getInteger("sequence_number")).isEqualTo(i);
        }
        assertThat(stream.body())
                .contains("event: response.reasoning_summary_text.delta")
                .doesNotContain("[DONE]");
        assertThat(events.get(events.size() - 1).getString("type")).isEqualTo("response.completed");
        assertThat(events.get(events.size() - 1).getJsonObject("response").encode())
                .contains("echo: hi there");
    }

    @Test
    void refusesTheChatShapeOnResponses() {
        JsonObject parts = Json.obj("type", "text", "text", "hi");
        JsonObject nested = Json.obj("model", "gpt-4o", "input", Json.arr(MockClient.user(Json.arr(parts))));
        JsonObject tools = Json.obj("model", "gpt-4o", "input", "hi", "tools", Json.arr(MockClient.tool("weather")));
        JsonObject format = Json.obj("model", "gpt-4o", "input", "hi", "response_format", new JsonObject());

        assertThat(asking.post("/responses", nested).body()).contains("Invalid value: 'text'");
        assertThat(asking.post("/responses", tools).status()).isEqualTo(400);
        assertThat(asking.post("/responses", format).body()).contains("moved to 'text.format'");
    }

    @ParameterizedTest
    @CsvSource({
        "rate_limit, 429, rate_limit_exceeded",
        "overloaded, 503, server_is_overloaded",
        "quota, 429, insufficient_quota",
        "auth, 401, invalid_api_key",
        "context_length, 400, context_length_exceeded",
        "error_in_200, 200, server_error",
        "html_error_page, 502, <html>",
        "status_524, 524, mock_error"
    })
    void failsAsAsked(String fault, int status, String says) {
        MockClient.Response response = asking.post("/chat/completions", MockClient.chat("gpt-4o", "fault: " + fault));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).contains(says);
    }

    @Test
    void breaksStreamsAsAsked() {
        assertThat(broken("missing_terminator").body()).contains("echo:").doesNotContain("[DONE]");
        assertThat(broken("malformed_event").body()).contains("{\"broken\": \n").endsWith("[DONE]\n\n");
        assertThat(broken("error_event").body())
                .contains("echo:", "\"error\":{")
                .doesNotContain("[DONE]");
        assertThatThrownBy(() -> broken("cut")).isInstanceOf(UncheckedIOException.class);
        assertThat(mock.disconnects()).isZero();
    }

    @Test
    void failsOnceAndThenNoMore() {
        JsonObject body = MockClient.chat("gpt-4o", "fault: rate_limit once");

        MockClient.Response first = asking.post("/chat/completions", body);
        assertThat(first.status()).isEqualTo(429);
        assertThat(first.header("retry-after-ms")).isEqualTo("1500");
        assertThat(asking.post("/chat/completions", body).status()).isEqualTo(200);
    }

    /** As quoted in public bug reports of 2025 and 2026. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"max_tokens\":20000} | supports at most 16384",
                "{\"tools\":[]} | minimum length 1",
                "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\"}]}"
                    + " | messages.tool_calls.index",
                "{\"user\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"} | maximum"
                        + " length 64",
                "{\"messages\":[{\"role\":\"user\",\"name\":\"a b\",\"content\":\"x\"}]} | does not match pattern",
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]}"
                    + " | missing properties",
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false}}}]}"
                    + " | Missing 'a'",
            })
    void refusesWhatReportsQuote(String also, String says) {
        assertThat(refused(MockClient.chat("gpt-4o", "hi").mergeIn(new JsonObject(also)))
                        .getString("message"))
                .contains(says);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"function_call\",\"id\":\"call_1\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}"
                        + " | begins with 'fc'",
                "{\"type\":\"message\",\"id\":\"chatcmpl-1\",\"role\":\"assistant\",\"content\":\"x\"} | begins with"
                        + " 'msg'",
                "{\"type\":\"reasoning\",\"id\":\"rs_0123456789012345678901234567890123456789012345678901234567890123456789\",\"summary\":[]}"
                    + " | maximum length 64",
            })
    void refusesItemsThatReportsQuote(String item, String says) {
        JsonObject body = Json.obj("model", "gpt-4o", "input", Json.arr(new JsonObject(item)));

        assertThat(asking.post("/responses", body).body()).contains(says);
    }

    @Test
    void wantsItsKeyAndKeepsWhatItSaw() {
        MockClient stranger = new MockClient(mock.baseUrl(), "authorization", "Bearer wrong");

        assertThat(stranger.post("/chat/completions", MockClient.chat("gpt-4o", "hi"))
                        .status())
                .isEqualTo(401);
        assertThat(mock.last().json().getString("model")).isEqualTo("gpt-4o");
        assertThat(mock.last().header("authorization")).isEqualTo("Bearer wrong");
    }

    @Test
    void slicesAStreamIntoBytes() {
        mock.writeBy(WriteSize.BY_BYTE);
        MockClient.Response stream = asking.post(
                "/chat/completions", MockClient.chat("gpt-4o", "grüß 🎈").put("stream", true));
        mock.writeBy(WriteSize.BY_FRAME);

        assertThat(text(stream)).isEqualTo("echo: grüß 🎈");
    }

    private static JsonObject calling() {
        return MockClient.chat("gpt-4o", "call weather and time")
                .put("tools", Json.arr(MockClient.tool("weather"), MockClient.tool("time")));
    }

    private static MockClient.Response broken(String fault) {
        return asking.post(
                "/chat/completions",
                MockClient.chat("gpt-4o", "fault: " + fault).put("stream", true));
    }

    private static JsonObject includeUsage() {
        return Json.obj("include_usage", true);
    }

    private static String say(JsonObject body) {
        return message(asking.post("/chat/completions", body).json()).getString("content");
    }

    private static JsonObject refused(JsonObject body) {
        MockClient.Response response = asking.post("/chat/completions", body);
        assertThat(response.status()).isEqualTo(400);
        return response.json().getJsonObject("error");
    }

    private static JsonObject message(JsonObject whole) {
        return whole.getJsonArray("choices").getJsonObject(0).getJsonObject("message");
    }

    private static String arguments(List<JsonObject> calls, int index) {
        return calls.stream()
                .filter(call -> call.getInteger("index") == index)
                .map(call -> call.getJsonObject("function").getString("arguments"))
                .collect(Collectors.joining());
    }

    private static String text(MockClient.Response stream) {
        return stream.events().stream()
                .flatMap(event -> Json.objects(event, "choices").stream())
                .map(choice -> choice.getJsonObject("delta").getString("content", ""))
                .collect(Collectors.joining());
    }
}
