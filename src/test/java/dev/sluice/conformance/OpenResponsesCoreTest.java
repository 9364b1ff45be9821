package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.mock.AnthropicMock;
import dev.sluice.testkit.mock.CohereMock;
import dev.sluice.testkit.mock.GeminiMock;
import dev.sluice.testkit.mock.MistralMock;
import dev.sluice.testkit.mock.MockProvider;
import dev.sluice.testkit.mock.OpenAiMock;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The core tests of Open Responses, at a provider whose bytes pass and at providers of other formats. The requests are
 * those of its compliance tests (github.com/openresponses/openresponses, src/lib/compliance-tests.ts, 2026-07), with a
 * word that makes the stand-ins call a tool. Where {@link Judges} are found, each response and event is also judged by
 * the descriptions of Open Responses and OpenAI; bytes that pass are those of the stand-in, which has all their
 * members.
 */
class OpenResponsesCoreTest {

    private static final String WEATHER = "{\"type\":\"function\",\"name\":\"get_weather\",\"description\":\"Get the"
        + " current weather for a"
        + " location\",\"parameters\":{\"type\":\"object\",\"properties\":{\"location\":{\"type\":\"string\",\"description\":\"The"
        + " city and state, e.g. San Francisco, CA\"}},\"required\":[\"location\"]}}";

    private static final String PNG =
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8"
                    + "BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    private static final String PDF = "data:application/pdf;base64,JVBERi0xLjEKJSVFT0Y=";

    private static final Deviations DEVIATIONS = new Deviations();
    private static Optional<Judges> judges;
    private static Vertx vertx;
    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        judges = Judges.found();
        vertx = Vertx.vertx();
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + "providers:\n"
                + provider("openai", OpenAiMock.open(vertx), "")
                + provider("anthropic", AnthropicMock.open(vertx), "")
                + provider("gemini", GeminiMock.open(vertx), "")
                + provider("cohere", CohereMock.open(vertx), "")
                + provider("mistral", MistralMock.open(vertx), "/v1"));
    }

    private static String provider(String type, MockProvider mock, String path) {
        return "  %s: { type: %s, base_url: \"%s%s\", api_keys: [{ key: \"%s\" }] }\n"
                .formatted(type, type, mock.baseUrl(), path, mock.key());
    }

    @AfterAll
    static void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai/gpt-4o",
                "anthropic/claude-sonnet-4-6",
                "gemini/gemini-3.8-flash",
                "cohere/command-a-plus-05-2026",
                "mistral/mistral-large-4"
            })
    void theCoreTestsPass(String model) throws IOException {
        completed(whole(model, input(user("\"Say hello in exactly 3 words.\""))));
        completed(
                streamed(model, input(user("\"Count from 1 to 5.\""))).getLast().path("response"));
        completed(whole(
                model,
                input("{\"type\":\"message\",\"role\":\"system\",\"content\":\"You are a pirate. Always respond in"
                        + " pirate speak.\"}," + user("\"Say hello.\""))));
        completed(whole(
                model,
                input(user("\"My name is Alice.\"") + ",{\"type\":\"message\",\"role\":\"assistant\",\"content\":"
                        + "\"Hello Alice! Nice to meet you. How can I help you today?\"},"
                        + user("\"What is my name?\""))));
        completed(whole(
                model,
                input(user("[{\"type\":\"input_text\",\"text\":\"What do you see in this image?\"},"
                        + "{\"type\":\"input_image\",\"image_url\":\"" + PNG + "\"}]"))));
        if (!model.startsWith("cohere")) { // its API has no documents
            completed(whole(
                    model,
                    input(user(
                            "[{\"type\":\"input_text\",\"text\":\"Read the attached file.\"},{\"type\":\"input_file\","
                                    + "\"filename\":\"openresponses-fixture.pdf\",\"file_data\":\"" + PDF + "\"}]"))));
        }
        toolsAreCalled(model);
        conversationsContinue(model);
        assertThat(DEVIATIONS.found()).isEmpty();
    }

    private static void toolsAreCalled(String model) throws IOException {
        String asked = input(user("\"What's the weather like in San Francisco? call get_weather\"")) + ",\"tools\":["
                + WEATHER + "]";
        assertThat(types(whole(model, asked))).contains("function_call");
        List<JsonNode> events = streamed(model, asked);
        assertThat(events.stream()
                        .map(event -> event.path("type").asText()
                                + event.path("item").path("type").asText("")))
                .containsSubsequence(
                        "response.output_item.addedfunction_call",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.donefunction_call");
    }

    /** By {@code previous_response_id}, which only the provider itself or Sluice knows. */
    private static void conversationsContinue(String model) throws IOException {
        JsonNode first = whole(model, "\"input\":\"Remember this code word: papaya. Reply with only OK.\"");
        completed(whole(
                model,
                "\"previous_response_id\":\"" + first.path("id").asText()
                        + "\",\"input\":\"What code word did I ask you to remember?\""));
        JsonNode called = whole(
                model,
                "\"input\":\"Use the weather tool to get the temperature in San Francisco. call"
                        + " get_weather\",\"tools\":["
                        + WEATHER + "]"
                        + (model.startsWith("cohere")
                                ? ""
                                : ",\"tool_choice\":{\"type\":\"function\",\"name\":\"get_weather\"}"));
        JsonNode call = null;
        for (JsonNode item : called.path("output")) {
            call = item.path("type").asText().equals("function_call") ? item : call;
        }
        completed(whole(
                model,
                "\"previous_response_id\":\"" + called.path("id").asText()
                        + "\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\""
                        + call.path("call_id").asText() + "\",\"output\":\"64 degrees and clear\"}]"));
    }

    private static void completed(JsonNode response) {
        assertThat(response.path("output")).as(response.toString()).isNotEmpty();
        assertThat(response.path("status").asText()).isEqualTo("completed");
    }

    private static List<String> types(JsonNode response) {
        List<String> types = new ArrayList<>();
        response.path("output").forEach(item -> types.add(item.path("type").asText()));
        return types;
    }

    private static String input(String items) {
        return "\"input\":[" + items + "]";
    }

    private static String user(String content) {
        return "{\"type\":\"message\",\"role\":\"user\",\"content\":" + content + "}";
    }

    private static JsonNode whole(String model, String members) throws IOException {
        String body = post(model, members, false);
        judges.ifPresent(found -> new ResponseJudge(found, DEVIATIONS, "openai-responses", model).whole(body));
        return ApiDescription.JSON.readTree(body);
    }

    private static List<JsonNode> streamed(String model, String members) throws IOException {
        String body = post(model, members, true);
        judges.ifPresent(found -> new ResponseJudge(found, DEVIATIONS, "openai-responses", model).stream(body));
        List<JsonNode> events = new ArrayList<>();
        for (String data : ChatClient.data(body)) {
            events.add(ApiDescription.JSON.readTree(data));
        }
        return events;
    }

    private static String post(String model, String members, boolean stream) throws IOException {
        ObjectNode body = (ObjectNode) ApiDescription.JSON.readTree("{" + members + "}");
        HttpResponse<String> response = new ChatClient(sluice.baseUrl())
                .post(
                        "/responses",
                        body.put("model", model).put("stream", stream).toString());
        assertThat(response.statusCode()).as(model + " " + response.body()).isEqualTo(200);
        return response.body();
    }
}
