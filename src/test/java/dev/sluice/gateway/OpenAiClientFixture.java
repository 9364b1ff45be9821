package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenAI's unmodified Java SDK, a Sluice and a simulator that follows directives. */
abstract class OpenAiClientFixture {

    @RegisterExtension
    static final RunningSimulator upstream = RunningSimulator.steerable();

    static RunningSluice sluice;
    static OpenAIClient client;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: %s
                breaker: { min_calls: 100000 }
                retry: { attempts: 1 }
              few: { type: openai_compatible, base_url: "%s", models: [echo] }
            models:
              second-responds:
                strategy: priority
                targets:
                  - { provider: up, model: fault-status-503 }
                  - { provider: up, model: echo }
            """.formatted(upstream.baseUrl(), upstream.baseUrl()));
        client = client(0);
    }

    @AfterAll
    static void stop() {
        client.close();
        sluice.close();
    }

    static ChatCompletionCreateParams.Builder ask(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    static ChatCompletionCreateParams.Builder askWithTool(String text) {
        return ask("up/echo", text)
                .addTool(ChatCompletionFunctionTool.builder()
                        .function(FunctionDefinition.builder()
                                .name("weather")
                                .parameters(FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                        .build())
                                .build())
                        .build());
    }

    static String text(ChatCompletion response) {
        return response.choices().get(0).message().content().orElse("");
    }

    static ChatCompletionMessageFunctionToolCall.Function function(ChatCompletion response) {
        return response.choices()
                .get(0)
                .message()
                .toolCalls()
                .orElseThrow()
                .get(0)
                .asFunction()
                .function();
    }

    static List<ChatCompletionChunk> chunks(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            return stream.stream().toList();
        }
    }

    static <E extends OpenAIServiceException> E refused(Class<E> type, String model) {
        return refused(
                type, () -> client.chat().completions().create(ask(model, "hi").build()));
    }

    static <E extends OpenAIServiceException> E refused(
            Class<E> type, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        E refusal = catchThrowableOfType(type, call);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    static OpenAIClient client(int retries) {
        return client(sluice, "not-needed", retries);
    }

    static OpenAIClient client(RunningSluice sluice, String key, int retries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(sluice.baseUrl())
                .apiKey(key)
                .maxRetries(retries)
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    /** The SDK's client can be closed but is not {@code AutoCloseable}. */
    record Closing(OpenAIClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    static Closing closing(OpenAIClient client) {
        return new Closing(client);
    }
}
