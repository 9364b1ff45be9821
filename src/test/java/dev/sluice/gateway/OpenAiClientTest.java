package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** OpenAI's unmodified Java SDK against a running Sluice: the SDK's contract holds through the gateway. */
class OpenAiClientTest extends OpenAiClientFixture {

    @Test
    void aCompleteResponse() {
        ChatCompletion response =
                client.chat().completions().create(ask("up/echo", "Hello there").build());

        assertThat(text(response)).isEqualTo("Hello there");
        assertThat(response.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        // The simulator counts words: two of the prompt, two of the echo.
        assertThat(response.usage().orElseThrow().totalTokens()).isEqualTo(4);
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
    void aToolCallAndTheMessageWithItsResult() {
        ChatCompletion asked =
                client.chat().completions().create(askWithTool("use a tool").build());

        ChatCompletionMessage message = asked.choices().get(0).message();
        ChatCompletionMessageFunctionToolCall call =
                message.toolCalls().orElseThrow().get(0).asFunction();
        assertThat(asked.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(call.function().arguments()).contains("\"city\"");

        ChatCompletion withResult = client.chat()
                .completions()
                .create(askWithTool("use a tool")
                        .addMessage(message)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("rain")
                                .build())
                        .build());
        assertThat(text(withResult)).isEqualTo("use a tool");
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
    void usageIsSentOnlyIfRequested() {
        ChatCompletionCreateParams plain = ask("up/echo", "one two three").build();
        ChatCompletionCreateParams counted = plain.toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();

        assertThat(chunks(counted)).last().satisfies(chunk -> {
            assertThat(chunk.choices()).isEmpty();
            assertThat(chunk.usage().orElseThrow().completionTokens()).isEqualTo(3);
        });
        assertThat(chunks(plain))
                .isNotEmpty()
                .allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty());
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
        assertThat(client.models().list().data().stream().map(Model::id))
                .containsExactly("second-responds", "up/echo", "up/lorem", "up/fast", "few/echo");

        assertThat(client.models().retrieve("few/echo").ownedBy()).isEqualTo("few");
        // The SDK encodes the slash: any model of a provider has a name, listed or not.
        assertThat(client.models().retrieve("up/gpt-4o").id()).isEqualTo("up/gpt-4o");
        assertThat(refused(NotFoundException.class, () -> client.models().retrieve("few/other"))
                        .code())
                .contains("model_not_found");
    }

    @Test
    void theSecondTargetRespondsWhenTheFirstFailsWholeAndStreamed() {
        try (var raw = client.chat()
                .completions()
                .withRawResponse()
                .create(ask("second-responds", "still here").build())) {
            assertThat(raw.headers().values("x-sluice-attempts")).containsExactly("2");
            assertThat(text(raw.parse())).isEqualTo("still here");
        }
        assertThat(chunks(ask("second-responds", "still here").build()).stream()
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
        assertThat(upstream.log().requests())
                .singleElement()
                .satisfies(seen -> assertThat(seen.headers()).containsEntry("x-request-id", "sdk-42"));
    }
}
