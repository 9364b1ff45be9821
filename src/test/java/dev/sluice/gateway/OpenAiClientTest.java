package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenAI's own Java SDK, unchanged, against a running Sluice: what it promises its users holds through the gateway. */
class OpenAiClientTest {

    @RegisterExtension
    static final RunningSimulator upstream = RunningSimulator.steerable();

    private static RunningSluice sluice;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              up:
                type: openai_compatible
                base_url: %s
                breaker: { min_calls: 100000 }
              few: { type: openai_compatible, base_url: "%s", models: [echo] }
            models:
              second-answers:
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

    @Test
    void aWholeAnswer() {
        ChatCompletion answer =
                client.chat().completions().create(ask("up/echo", "Hello there").build());

        assertThat(text(answer)).isEqualTo("Hello there");
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
    }

    @Test
    void tokensArriveOneByOneAndAddUpToTheWholeText() {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        int tokens = 0;
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(ask("up/lorem-8_gap-100ms", "go on").build())) {
            long first = 0;
            for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) stream.stream()::iterator) {
                whole.accumulate(chunk);
                if (chunk.choices().stream()
                        .anyMatch(choice -> choice.delta()
                                .content()
                                .filter(text -> !text.isEmpty())
                                .isPresent())) {
                    tokens++;
                    first = first == 0 ? System.nanoTime() : first;
                }
            }
            // Then the first token was not held back for the last, 700 ms later
            assertThat(System.nanoTime() - first).isGreaterThan(350_000_000L);
        }
        assertThat(tokens).isEqualTo(8);
        assertThat(text(whole.chatCompletion()))
                .isEqualTo(text(client.chat()
                        .completions()
                        .create(ask("up/lorem-8", "go on").build())));
    }

    @Test
    void aToolCallWholeAndItsAnswersTurn() {
        ChatCompletion asked =
                client.chat().completions().create(askWithTool("use a tool").build());

        ChatCompletionMessage message = asked.choices().get(0).message();
        ChatCompletionMessageFunctionToolCall call =
                message.toolCalls().orElseThrow().get(0).asFunction();
        assertThat(asked.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(call.function().arguments()).contains("\"city\"");

        ChatCompletion answered = client.chat()
                .completions()
                .create(askWithTool("use a tool")
                        .addMessage(message)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("rain")
                                .build())
                        .build());
        assertThat(text(answered)).isEqualTo("use a tool");
    }

    @Test
    void theFragmentsOfAStreamedToolCallAddUpToTheWholeOne() {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                .completions()
                .createStreaming(askWithTool("use a tool").build())) {
            stream.stream().peek(chunks::add).forEach(whole::accumulate);
        }

        assertThat(chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .filter(choice -> choice.delta().toolCalls().isPresent()))
                .hasSizeGreaterThan(1);
        ChatCompletion asked =
                client.chat().completions().create(askWithTool("use a tool").build());
        assertThat(function(whole.chatCompletion())).isEqualTo(function(asked));
    }

    @Test
    void usageComesToWhoAskedForItAndOnlyToThem() {
        ChatCompletionCreateParams plain = ask("up/echo", "one two three").build();
        ChatCompletionCreateParams counted = plain.toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();

        assertThat(chunks(counted)).last().satisfies(chunk -> {
            assertThat(chunk.choices()).isEmpty();
            assertThat(chunk.usage().orElseThrow().completionTokens()).isEqualTo(3);
        });
        assertThat(chunks(plain)).allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty());
    }

    @Test
    void legacyCompletionsWholeAndStreamed() {
        CompletionCreateParams params = CompletionCreateParams.builder()
                .model("up/echo")
                .prompt("Once upon a time")
                .build();

        Completion whole = client.completions().create(params);
        String streamed;
        try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
            streamed = stream.stream()
                    .flatMap(piece -> piece.choices().stream())
                    .map(choice -> choice.text())
                    .collect(Collectors.joining());
        }

        assertThat(whole.choices().get(0).text()).isEqualTo("Once upon a time");
        assertThat(streamed).isEqualTo("Once upon a time");
    }

    @Test
    void modelsAreListedAndRetrieved() {
        assertThat(client.models().list().data().stream().map(Model::id)).containsExactly("second-answers", "few/echo");

        assertThat(client.models().retrieve("few/echo").ownedBy()).isEqualTo("few");
        // The SDK encodes the slash: any model of a provider has a name, listed or not.
        assertThat(client.models().retrieve("up/gpt-4o").id()).isEqualTo("up/gpt-4o");
        assertThat(refused(NotFoundException.class, () -> client.models().retrieve("few/other"))
                        .code())
                .contains("model_not_found");
    }

    @Test
    void theSecondTargetAnswersWhenTheFirstFailsWholeAndStreamed() {
        try (var raw = client.chat()
                .completions()
                .withRawResponse()
                .create(ask("second-answers", "still here").build())) {
            assertThat(raw.headers().values("x-sluice-attempts")).containsExactly("2");
            assertThat(text(raw.parse())).isEqualTo("still here");
        }
        assertThat(chunks(ask("second-answers", "still here").build()).stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .map(choice -> choice.delta().content().orElse(""))
                        .collect(Collectors.joining()))
                .isEqualTo("still here");
    }

    @Test
    void theRequestIdIsTheOneInTheLogs() {
        ChatCompletionCreateParams params = ask("up/echo", "hi")
                .putAdditionalHeader("x-request-id", "sdk-42")
                .build();
        try (var raw = client.chat().completions().withRawResponse().create(params)) {
            assertThat(raw.requestId()).contains("sdk-42");
        }
        assertThat(upstream.seen().requests())
                .singleElement()
                .satisfies(seen -> assertThat(seen.headers()).containsEntry("x-request-id", "sdk-42"));
    }

    @Test
    void errorsBecomeTheExceptionsOfTheSdk() {
        NotFoundException unknown = refused(NotFoundException.class, "nowhere/model");
        assertThat(unknown.code()).contains("model_not_found");
        assertThat(unknown.param()).contains("model");
        assertThat(unknown.headers().values("x-request-id")).hasSize(1);

        assertThat(refused(BadRequestException.class, "up/fault-context-length").code())
                .contains("context_length_exceeded");
        assertThat(refused(NotFoundException.class, "up/fault-status-404").code())
                .contains("model_not_found");
        assertThat(refused(InternalServerException.class, "up/fault-status-500").statusCode())
                .isEqualTo(502);
        assertThat(refused(InternalServerException.class, "up/fault-status-503").statusCode())
                .isEqualTo(503);
        assertThat(refused(InternalServerException.class, "up/fault-reset").code())
                .contains("upstream_failed");
        assertThat(refused(
                                BadRequestException.class,
                                () -> client.chat()
                                        .completions()
                                        .create(ask("up/echo", "hi")
                                                .putAdditionalBodyProperty("stream", JsonValue.from("yes"))
                                                .build()))
                        .param())
                .contains("stream");
    }

    /**
     * A provider that throttles rests its key, so the next request is told the wait without asking: hence two
     * providers.
     */
    @Test
    void whoIsThrottledIsToldHowLongToWait() {
        try (RunningSluice own = RunningSluice.start(RunningSluice.EPHEMERAL
                        + "providers: { up: { type: openai_compatible, base_url: \"" + upstream.baseUrl() + "\" } }");
                var patient = closing(client(own, "any", 0))) {
            RateLimitException throttled = refused(
                    RateLimitException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-status-429_retry-7s", "hi").build()));

            assertThat(throttled.code()).contains("rate_limit_exceeded");
            assertThat(throttled.headers().values("retry-after")).containsExactly("7");
            RateLimitException spent = refused(
                    RateLimitException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-insufficient-quota", "hi").build()));
            assertThat(spent.type()).contains("insufficient_quota");
        }
    }

    @Test
    void aCutStreamIsAnExceptionAndNeverAShortAnswer() {
        List<ChatCompletionChunk> got = new ArrayList<>();
        Throwable failure = org.assertj.core.api.Assertions.catchThrowable(() -> {
            try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                    .completions()
                    .createStreaming(ask("up/lorem-60_fault-cut@40", "hi").build())) {
                stream.stream().forEach(got::add);
            }
        });

        assertThat(failure).isInstanceOf(OpenAIServiceException.class);
        assertThat(((OpenAIServiceException) failure).code()).contains("upstream_truncated");
        assertThat(got).hasSizeGreaterThanOrEqualTo(40);
    }

    /**
     * The SDK retries what we give up on, after the wait we name; together they ask no more often than each alone
     * would.
     */
    @Test
    void theSdksRetriesGoOnWhereOursEnd() {
        try (var patient = closing(client(2))) {
            ChatCompletion answer = patient.client()
                    .chat()
                    .completions()
                    .create(ask("up/echo_fault-status-503_times-2_key-sdk", "at last")
                            .build());

            assertThat(text(answer)).isEqualTo("at last");
            assertThat(upstream.seen().requestCount()).isEqualTo(3);

            upstream.seen().reset();
            refused(
                    BadRequestException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-context-length", "hi").build()));
            assertThat(upstream.seen().requestCount()).isEqualTo(1);
        }
    }

    /** Waiting does not fill a spent account: the SDK would ask twice more without being told. */
    @Test
    void theSdkIsToldNotToRetryWhatCannotHelp() {
        try (RunningSluice own = RunningSluice.start(RunningSluice.EPHEMERAL
                        + "providers: { up: { type: openai_compatible, base_url: \"" + upstream.baseUrl() + "\" } }");
                var patient = closing(client(own, "any", 2))) {
            refused(
                    RateLimitException.class,
                    () -> patient.client()
                            .chat()
                            .completions()
                            .create(ask("up/fault-insufficient-quota", "hi").build()));

            assertThat(upstream.seen().requestCount()).isEqualTo(1);
            assertThat(own.accessLines()).hasSizeLessThanOrEqualTo(1);
        }
    }

    private static ChatCompletionCreateParams.Builder ask(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private static ChatCompletionCreateParams.Builder askWithTool(String text) {
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

    private static String text(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElse("");
    }

    private static ChatCompletionMessageFunctionToolCall.Function function(ChatCompletion answer) {
        return answer.choices()
                .get(0)
                .message()
                .toolCalls()
                .orElseThrow()
                .get(0)
                .asFunction()
                .function();
    }

    private static List<ChatCompletionChunk> chunks(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            return stream.stream().toList();
        }
    }

    private static <E extends OpenAIServiceException> E refused(Class<E> type, String model) {
        return refused(
                type, () -> client.chat().completions().create(ask(model, "hi").build()));
    }

    private static <E extends OpenAIServiceException> E refused(
            Class<E> type, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        E refusal = catchThrowableOfType(type, call);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static OpenAIClient client(int retries) {
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
    private record Closing(OpenAIClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    private static Closing closing(OpenAIClient client) {
        return new Closing(client);
    }
}
