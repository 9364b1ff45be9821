package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's Java SDK reads each response of the OpenAI stand-in without a complaint: a check that is not our own. */
final class OpenAiSdkReadsOpenAiMockTest {

    private static OpenAiMock mock;
    private static OpenAIClient client;

    @BeforeAll
    static void open() {
        mock = OpenAiMock.open();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(mock.baseUrl())
                .apiKey(mock.key())
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void close() {
        client.close();
        mock.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hi there", "refuse", "cite it"})
    void readsAChatWholeAndStreamed(String text) {
        ChatCompletion whole =
                client.chat().completions().create(chat(text).build()).validate();
        ChatCompletion streamed = streamed(chat(text).build());

        assertThat(streamed.choices().get(0).message().content().orElse(""))
                .isEqualTo(whole.choices().get(0).message().content().orElse(""));
        assertThat(streamed.choices().get(0).message().refusal())
                .isEqualTo(whole.choices().get(0).message().refusal());
    }

    @Test
    void readsParallelCallsFromTheirFragments() {
        ChatCompletionCreateParams params = chat("call weather and time")
                .addTool(tool("weather"))
                .addTool(tool("time"))
                .build();

        ChatCompletion whole = client.chat().completions().create(params).validate();
        assertThat(arguments(streamed(params)))
                .isEqualTo(arguments(whole))
                .containsExactly("{\"city\":\"Paris\"}", "{\"city\":\"Rome\"}");
    }

    @Test
    void readsAResponseFromItsEvents() {
        ResponseCreateParams params = ResponseCreateParams.builder()
                .model("gpt-6-sol")
                .input("cite it")
                .reasoning(Reasoning.builder()
                        .effort(ReasoningEffort.LOW)
                        .summary(Reasoning.Summary.AUTO)
                        .build())
                .build();
        Response whole = client.responses().create(params).validate();
        ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
        try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(params)) {
            stream.stream().map(ResponseStreamEvent::validate).forEach(accumulator::accumulate);
        }

        assertThat(accumulator.response().validate()).isEqualTo(whole);
        assertThat(accumulator.reconstructedResponse().output()).isEqualTo(whole.output());
    }

    @Test
    void readsEmbeddingsAsBase64() {
        var response = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("text-embedding-3-small")
                        .input("a")
                        .build())
                .validate();

        assertThat(response.data().get(0).embedding()).containsExactly(0.125f, 0.25f, 0.375f, 0.5f);
    }

    @Test
    void recognizesARateLimit() {
        RateLimitException limited = catchThrowableOfType(
                RateLimitException.class,
                () -> client.chat()
                        .completions()
                        .create(chat("fault: rate_limit").build()));

        assertThat(limited.code()).contains("rate_limit_exceeded");
    }

    private static ChatCompletion streamed(ChatCompletionCreateParams params) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().map(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
        }
        return accumulator.chatCompletion().validate();
    }

    private static ChatCompletionCreateParams.Builder chat(String text) {
        return ChatCompletionCreateParams.builder().model("gpt-4o").addUserMessage(text);
    }

    private static ChatCompletionFunctionTool tool(String name) {
        FunctionParameters schema = FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty("properties", JsonValue.from(Map.of()))
                .build();
        return ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder()
                        .name(name)
                        .parameters(schema)
                        .build())
                .build();
    }

    private static List<String> arguments(ChatCompletion response) {
        return response.choices().get(0).message().toolCalls().orElseThrow().stream()
                .map(call -> call.asFunction().function().arguments())
                .toList();
    }
}
