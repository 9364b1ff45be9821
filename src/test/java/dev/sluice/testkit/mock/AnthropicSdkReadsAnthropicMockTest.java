package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.ErrorType;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.ThinkingConfigAdaptive;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.Usage;
import com.anthropic.models.models.ModelInfo;
import com.anthropic.models.models.ModelListPage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Anthropic's Java SDK reads each response of the Anthropic stand-in without a complaint: a check that is not our own.
 */
final class AnthropicSdkReadsAnthropicMockTest {

    private static final String PLAIN = "claude-haiku-4-5";
    private static final String THINKING = "claude-opus-5";

    private static AnthropicMock mock;
    private static AnthropicClient client;

    @BeforeAll
    static void open() {
        mock = AnthropicMock.open();
        client = client(mock.key());
    }

    @AfterAll
    static void close() {
        client.close();
        mock.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hi there", "cite it"})
    void readsAMessageWholeAndStreamed(String text) {
        MessageCreateParams params = ask(PLAIN, text).build();
        Message whole = whole(params);
        Message streamed = streamed(params);

        assertThat(streamed).isEqualTo(whole);
        assertThat(whole.content().getFirst().asText().text()).isEqualTo("echo: " + text);
        assertThat(whole.stopReason()).contains(StopReason.END_TURN);
        assertThat(whole.usage().outputTokens()).isEqualTo(streamed.usage().outputTokens());
    }

    @Test
    void readsCitations() {
        Message whole = whole(ask(PLAIN, "cite it").build());

        assertThat(whole.content().getFirst().asText().citations().orElseThrow())
                .singleElement()
                .satisfies(citation ->
                        assertThat(citation.asWebSearchResultLocation().url()).isEqualTo(Script.CITED_URL));
    }

    @Test
    void readsARefusalWithItsExplanation() {
        MessageCreateParams params = ask(PLAIN, "refuse").build();
        Message whole = whole(params);

        assertThat(whole.stopReason()).contains(StopReason.REFUSAL);
        assertThat(whole.stopDetails().orElseThrow().explanation()).contains(Script.REFUSED);
        assertThat(streamed(params).stopReason()).isEqualTo(whole.stopReason());
    }

    @Test
    void readsParallelToolCallsFromTheirFragments() {
        MessageCreateParams params = ask(PLAIN, "call weather and time")
                .addTool(tool("weather"))
                .addTool(tool("time"))
                .build();
        Message whole = whole(params);

        assertThat(inputs(whole)).containsExactly("{city=Paris}", "{city=Rome}");
        assertThat(inputs(streamed(params))).isEqualTo(inputs(whole));
        assertThat(whole.stopReason()).contains(StopReason.TOOL_USE);
    }

    @Test
    void readsThinkingWithItsSignature() {
        MessageCreateParams params = ask(THINKING, "redact it")
                .thinking(ThinkingConfigAdaptive.builder()
                        .display(ThinkingConfigAdaptive.Display.SUMMARIZED)
                        .build())
                .build();
        Message whole = whole(params);
        Message streamed = streamed(params);

        assertThat(whole.content().getFirst().asThinking().thinking()).isEqualTo(Script.THOUGHT);
        assertThat(whole.content().getFirst().asThinking().signature()).isEqualTo(Script.SIGNATURE);
        assertThat(whole.content().get(1).isRedactedThinking()).isTrue();
        assertThat(streamed.content()).isEqualTo(whole.content());
    }

    @Test
    void countsTheTokensThatAMessageUses() {
        long counted = client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model(PLAIN)
                        .addUserMessage("hi there")
                        .build())
                .validate()
                .inputTokens();

        Usage usage = whole(ask(PLAIN, "hi there").build()).usage();

        assertThat(counted)
                .isEqualTo(usage.inputTokens()
                        + usage.cacheCreationInputTokens().orElseThrow()
                        + usage.cacheReadInputTokens().orElseThrow());
    }

    @Test
    void pagesThroughTheListOfModels() {
        mock.pageModelsBy(5);
        ModelListPage first = client.models().list();
        List<String> all =
                first.autoPager().stream().map(model -> model.validate().id()).toList();

        assertThat(first.data()).hasSize(5);
        assertThat(all).isEqualTo(AnthropicModelValidator.known());
        ModelInfo one = client.models().retrieve(PLAIN).validate();
        assertThat(one.id()).isEqualTo(PLAIN);
        assertThat(one.maxTokens()).contains(128_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "rate_limit, RateLimitException, 429, rate_limit_error",
        "overloaded, OverloadedException, 529, overloaded_error",
        "context_length, BadRequestException, 400, invalid_request_error",
        "auth, UnauthorizedException, 401, authentication_error",
        "server_error, InternalServerException, 500, api_error"
    })
    void distinguishesErrors(String fault, String exception, int status, String type) {
        AnthropicServiceException error = catchThrowableOfType(
                AnthropicServiceException.class,
                () -> whole(ask(PLAIN, "fault: " + fault).build()));

        assertThat(error.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.type()).contains(ErrorType.of(type));
        assertThat(error.requestId()).contains("req_mock1");
    }

    @Test
    void recognizesAnErrorInsideAStream() {
        AnthropicServiceException error = catchThrowableOfType(
                AnthropicServiceException.class,
                () -> streamed(ask(PLAIN, "fault: error_event").build()));

        assertThat(error.type()).contains(ErrorType.OVERLOADED_ERROR);
    }

    @Test
    void isRefusedWithAWrongKeyAndForAnUnknownModel() {
        AnthropicClient stranger = client("sk-ant-wrong");
        try {
            assertThat(catchThrowableOfType(
                            UnauthorizedException.class, () -> stranger.models().list()))
                    .isNotNull();
        } finally {
            stranger.close();
        }
        assertThat(catchThrowableOfType(
                        NotFoundException.class, () -> client.models().retrieve("claude-unknown")))
                .isNotNull();
    }

    private static AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(mock.baseUrl())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static Message whole(MessageCreateParams params) {
        return client.messages().create(params).validate();
    }

    private static Message streamed(MessageCreateParams params) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params)) {
            stream.stream().map(RawMessageStreamEvent::validate).forEach(accumulator::accumulate);
        }
        return accumulator.message().validate();
    }

    private static MessageCreateParams.Builder ask(String model, String text) {
        return MessageCreateParams.builder().model(model).maxTokens(4_096).addUserMessage(text);
    }

    private static Tool tool(String name) {
        return Tool.builder()
                .name(name)
                .inputSchema(Tool.InputSchema.builder()
                        .properties(Tool.InputSchema.Properties.builder().build())
                        .build())
                .build();
    }

    private static List<String> inputs(Message message) {
        return message.content().stream()
                .map(ContentBlock::toolUse)
                .flatMap(Optional::stream)
                .map(call -> String.valueOf(call._input().convert(Object.class)))
                .toList();
    }
}
