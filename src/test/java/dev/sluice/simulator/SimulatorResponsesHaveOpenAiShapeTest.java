package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorResponsesHaveOpenAiShapeTest {

    @RegisterExtension
    static final RunningSimulator SIMULATOR = RunningSimulator.steerable();

    private static final JsonArray TOOLS =
            new JsonArray("[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
                    + "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]");

    private ChatClient chat() {
        return new ChatClient(SIMULATOR.baseUrl());
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "lorem", "fast"})
    void streamBeginsWithTheRoleAndEndsWithFinishAndDone(String model) {
        HttpResponse<String> response =
                chat().chat(ChatClient.request(model, "one two").put("stream", true));

        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        List<String> data = ChatClient.data(response.body());
        List<JsonObject> chunks = ChatClient.chunks(response.body());
        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(chunks)
                .isNotEmpty()
                .allMatch(chunk -> chunk.getString("object").equals("chat.completion.chunk"));
        assertThat(chunks.stream().map(chunk -> chunk.getString("id")).distinct())
                .hasSize(1);
        assertThat(choice(chunks.getFirst()).getJsonObject("delta").getString("role"))
                .isEqualTo("assistant");
        assertThat(choice(chunks.getLast()).getString("finish_reason")).isEqualTo("stop");
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> choice(chunk).containsKey("finish_reason")
                        && choice(chunk).getValue("finish_reason") == null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "lorem", "fast"})
    void usageComesOnlyWhenAskedForAndNeverBesideAChoice(String model) {
        JsonObject ask = ChatClient.request(model, "one two").put("stream", true);
        List<JsonObject> silent = ChatClient.chunks(chat().chat(ask).body());
        List<JsonObject> telling =
                ChatClient.chunks(chat().chat(ask.put("stream_options", new JsonObject().put("include_usage", true)))
                        .body());

        assertThat(silent).noneMatch(chunk -> chunk.containsKey("usage"));
        assertThat(telling).hasSize(silent.size() + 1);
        assertThat(telling.subList(0, silent.size()))
                .allMatch(chunk -> chunk.containsKey("usage") && chunk.getValue("usage") == null);
        assertThat(telling.getLast().getJsonArray("choices")).isEmpty();
        assertThat(telling.getLast().getJsonObject("usage").getInteger("completion_tokens"))
                .isEqualTo(silent.size() - 2);
    }

    @Test
    void wholeAnswerCountsItsTokens() {
        JsonObject usage = new JsonObject(
                        chat().chat(ChatClient.request("echo", "one two three")).body())
                .getJsonObject("usage");
        assertThat(usage.getInteger("prompt_tokens")).isEqualTo(3);
        assertThat(usage.getInteger("completion_tokens")).isEqualTo(3);
        assertThat(usage.getInteger("total_tokens")).isEqualTo(6);
    }

    @Test
    void streamedAndWholeAnswersAreTheSame() {
        String whole =
                wholeText(chat().chat(ChatClient.request("lorem-37", "x")).body());
        String streamed =
                ChatClient.chunks(
                                chat().chat(ChatClient.request("lorem-37", "x").put("stream", true))
                                        .body())
                        .stream()
                        .map(chunk -> choice(chunk).getJsonObject("delta").getString("content", ""))
                        .collect(Collectors.joining());
        assertThat(streamed).isEqualTo(whole);
        assertThat(whole.split(" ")).hasSize(37);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "max_completion_tokens"})
    void tokenCapIsKept(String cap) {
        JsonObject response = new JsonObject(
                chat().chat(ChatClient.request("echo", "a b c d").put(cap, 2)).body());
        assertThat(choice(response).getJsonObject("message").getString("content"))
                .isEqualTo("a b");
        assertThat(choice(response).getString("finish_reason")).isEqualTo("length");
    }

    @Test
    void toolCallStreamsItsNameFirstAndThenItsArguments() {
        JsonObject ask = ChatClient.request("echo", "use the tool \"now\"")
                .put("tools", TOOLS)
                .put("stream", true);
        List<JsonObject> chunks = ChatClient.chunks(chat().chat(ask).body());

        JsonObject first = call(chunks.get(1));
        assertThat(first.getString("id")).isNotEmpty();
        assertThat(first.getJsonObject("function").getString("name")).isEqualTo("get_weather");
        List<JsonObject> later = chunks.subList(2, chunks.size() - 1).stream()
                .map(SimulatorResponsesHaveOpenAiShapeTest::call)
                .toList();
        assertThat(later).hasSizeGreaterThan(1).noneMatch(call -> call.containsKey("id"));
        String arguments = later.stream()
                .map(call -> call.getJsonObject("function").getString("arguments"))
                .collect(Collectors.joining());
        assertThat(new JsonObject(arguments)).isEqualTo(new JsonObject().put("city", "use the tool \"now\""));
        assertThat(choice(chunks.getLast()).getString("finish_reason")).isEqualTo("tool_calls");
    }

    @Test
    void toolIsCalledWhenForcedAndNotWhenForbiddenUnmentionedOrAnswered() {
        assertThat(finish(ChatClient.request("echo", "hi").put("tools", TOOLS).put("tool_choice", "required")))
                .isEqualTo("tool_calls");
        assertThat(finish(ChatClient.request("echo", "hi").put("tools", TOOLS))).isEqualTo("stop");
        assertThat(finish(
                        ChatClient.request("echo", "a tool").put("tools", TOOLS).put("tool_choice", "none")))
                .isEqualTo("stop");
        JsonObject withResult = ChatClient.request("echo", "a tool").put("tools", TOOLS);
        withResult
                .getJsonArray("messages")
                .add(new JsonObject().put("role", "tool").put("content", "sunny"));
        assertThat(finish(withResult)).isEqualTo("stop");
    }

    @Test
    void jsonModeAnswersWithAnObject() {
        JsonObject ask = ChatClient.request("echo", "say \"hi\"")
                .put("response_format", new JsonObject().put("type", "json_object"));
        assertThat(new JsonObject(wholeText(chat().chat(ask).body())))
                .isEqualTo(new JsonObject().put("echo", "say \"hi\""));
    }

    @Test
    void legacyCompletionsHaveTheirOwnShape() {
        String ask = "{\"model\":\"echo\",\"prompt\":\"a b\",\"stream\":%s}";
        JsonObject whole =
                new JsonObject(chat().post("/completions", ask.formatted(false)).body());
        String streamed = chat().post("/completions", ask.formatted(true)).body();

        assertThat(whole.getString("object")).isEqualTo("text_completion");
        assertThat(choice(whole).getString("text")).isEqualTo("a b");
        assertThat(ChatClient.chunks(streamed).stream()
                        .map(chunk -> choice(chunk).getString("text"))
                        .collect(Collectors.joining()))
                .isEqualTo("a b");
        assertThat(ChatClient.data(streamed).getLast()).isEqualTo("[DONE]");
    }

    @Test
    void modelsAreListedAndDescribed() {
        JsonArray models = new JsonObject(chat().get("/models").body()).getJsonArray("data");
        assertThat(models)
                .extracting(model -> ((JsonObject) model).getString("id"))
                .containsExactly("echo", "lorem", "fast");
        assertThat(new JsonObject(chat().get("/models/lorem").body()).getString("object"))
                .isEqualTo("model");
        assertThat(chat().get("/models/other").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNotThereOrNotReadableIsRefusedInTheEnvelope() {
        assertRefused(chat().get("/nothing"), 404, null);
        assertRefused(chat().chat(ChatClient.request("gpt-4o", "x")), 404, "model_not_found");
        assertRefused(chat().post("/chat/completions", "{\"model\":"), 400, null);
        assertRefused(chat().post("/chat/completions", "[]"), 400, null);
        assertRefused(chat().post("/chat/completions", "{\"model\":\"echo\"}"), 400, null);
        assertRefused(chat().post("/chat/completions", "{\"messages\":[]}"), 400, null);
        assertRefused(chat().post("/chat/completions", "{\"model\":\"echo\",\"messages\":7}"), 400, null);
        assertRefused(chat().post("/chat/completions", "{\"model\":\"echo\",\"messages\":[1]}"), 400, null);
    }

    @Test
    void nullIsTheSameAsLeftOut() {
        String body = "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":null}],\"stream\":null,"
            + "\"stream_options\":null,\"max_tokens\":null,\"tools\":null,\"tool_choice\":null,\"response_format\":null}";
        assertThat(chat().post("/chat/completions", body).statusCode()).isEqualTo(200);
    }

    @Test
    void requestIdIsTheClientsOrANewOne() {
        assertThat(chat().chat(ChatClient.request("echo", "x"), "x-request-id", "abc")
                        .headers()
                        .firstValue("x-request-id"))
                .hasValue("abc");
        assertThat(chat().chat(ChatClient.request("echo", "x")).headers().firstValue("x-request-id"))
                .hasValueSatisfying(id -> assertThat(id).startsWith("req_"));
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject error = new JsonObject(response.body()).getJsonObject("error");
        assertThat(error.fieldNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.getString("code")).isEqualTo(code);
    }

    private String finish(JsonObject ask) {
        return choice(new JsonObject(chat().chat(ask).body())).getString("finish_reason");
    }

    private static String wholeText(String body) {
        return choice(new JsonObject(body)).getJsonObject("message").getString("content");
    }

    private static JsonObject choice(JsonObject chunk) {
        return chunk.getJsonArray("choices").getJsonObject(0);
    }

    private static JsonObject call(JsonObject chunk) {
        return choice(chunk).getJsonObject("delta").getJsonArray("tool_calls").getJsonObject(0);
    }
}
