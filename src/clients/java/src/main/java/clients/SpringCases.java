package clients;

import static clients.Common.check;
import static clients.Common.checkResults;
import static clients.Common.checkUsage;
import static clients.Common.require;

import clients.Common.Run;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.ToolChoice;
import com.anthropic.models.messages.ToolChoiceTool;
import com.openai.errors.OpenAIServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.anthropic.AnthropicWebSearchTool;
import org.springframework.ai.anthropic.Citation;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolCallResultConverter;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeType;

/** The cases of Spring AI's chat models: each API by the model class that speaks it. The case runs the tools. */
final class SpringCases {

    private static final Map<String, Run> CASES = new HashMap<>(Map.of(
            "plain", call -> plain(call, false),
            "streamed", call -> plain(call, true),
            "history", SpringCases::history,
            "length", SpringCases::length,
            "tools", call -> tools(call, false),
            "tools-streamed", call -> tools(call, true),
            "tool-forced", SpringCases::toolForced,
            "image", call -> part(call, "image/png", Common.PNG, Common.SEEN_PNG),
            "document", call -> part(call, "application/pdf", Common.PDF, Common.SEEN_PDF)));

    static final Map<String, Run> CHAT;
    static final Map<String, Run> MESSAGES;

    static {
        CASES.put("thinking", call -> thinking(call, false));
        CASES.put("thinking-streamed", call -> thinking(call, true));
        CASES.put("retried", SpringCases::retried);
        CASES.put("aborted", SpringCases::aborted);
        Common.REFUSALS.forEach(name -> CASES.put(name, SpringCases::refused));
        CHAT = new HashMap<>(CASES);
        CHAT.put("embeddings", SpringCases::embeddings);
        MESSAGES = new HashMap<>(CASES);
        MESSAGES.put("search", call -> search(call, false));
        MESSAGES.put("search-streamed", call -> search(call, true));
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    /** By default the library makes JSON of texts too. */
    private static final ToolCallResultConverter TEXT = (result, type) -> String.valueOf(result);

    private static final Map<String, ChatModel> MODELS = new ConcurrentHashMap<>();

    private SpringCases() {}

    record City(String city) {}

    record Zone(String zone) {}

    /** @param last the last part that reports the usage: the whole response where it is not streamed */
    private record Answer(AssistantMessage message, ChatResponse last) {}

    /** A stream that fails: the client reads it to its end. */
    static String stream(Call call) {
        return answer(call, List.of(new UserMessage("hi")), options(call), true)
                .message()
                .getText();
    }

    /** The HTTP status of an error, or 0. */
    static int status(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof OpenAIServiceException openAi) {
                return openAi.statusCode();
            }
            if (each instanceof AnthropicServiceException anthropic) {
                return anthropic.statusCode();
            }
        }
        return 0;
    }

    static ToolCallingChatOptions.Builder<?> options(Call call) {
        return call.api().equals("chat") ? openAi(call, 0) : anthropic(call, 0);
    }

    private static OpenAiChatOptions.Builder openAi(Call call, int retries) {
        return OpenAiChatOptions.builder()
                .baseUrl(call.base() + "/v1")
                .apiKey(call.key())
                .model(call.model())
                .maxRetries(retries)
                .timeout(TIMEOUT);
    }

    private static AnthropicChatOptions.Builder anthropic(Call call, int retries) {
        return AnthropicChatOptions.builder()
                .baseUrl(call.base())
                .apiKey(call.key())
                .model(call.model())
                .maxTokens(4000)
                .maxRetries(retries)
                .timeout(TIMEOUT);
    }

    /**
     * One model for each configuration: to make one takes longer than a request. The options of a request name the
     * model.
     */
    static ChatModel model(Call call, int retries) {
        String of = call.api() + " " + call.base() + " " + call.key() + " " + retries;
        return MODELS.computeIfAbsent(
                of,
                absent -> call.api().equals("chat")
                        ? OpenAiChatModel.builder()
                                .options(openAi(call, retries).build())
                                .build()
                        : AnthropicChatModel.builder()
                                .options(anthropic(call, retries).build())
                                .build());
    }

    static void think(ToolCallingChatOptions.Builder<?> options) {
        if (options instanceof OpenAiChatOptions.Builder openAi) {
            openAi.reasoningEffort("low");
        } else if (options instanceof AnthropicChatOptions.Builder anthropic) {
            anthropic.thinkingEnabled(1024);
        }
    }

    /** What the model may call; the case or the library calls it. */
    static List<ToolCallback> callbacks(Runnable called) {
        return List.of(
                FunctionToolCallback.builder("weather", (City of) -> {
                            called.run();
                            return of.city() + ": sunny";
                        })
                        .description("The weather of a city.")
                        .inputType(City.class)
                        .toolCallResultConverter(TEXT)
                        .build(),
                FunctionToolCallback.builder("time", (Zone of) -> {
                            called.run();
                            return "noon in " + of.zone();
                        })
                        .description("The time in a zone.")
                        .inputType(Zone.class)
                        .toolCallResultConverter(TEXT)
                        .build());
    }

    /** A response's last generation: those before it are thoughts. */
    static AssistantMessage message(ChatResponse response) {
        List<Generation> generations = response.getResults();
        return generations.get(generations.size() - 1).getOutput();
    }

    private static Answer answer(
            Call call, List<Message> messages, ToolCallingChatOptions.Builder<?> options, boolean stream) {
        Prompt prompt = new Prompt(messages, options.build());
        if (!stream) {
            ChatResponse response = model(call, 0).call(prompt);
            return new Answer(message(response), response);
        }
        AtomicReference<ChatResponse> whole = new AtomicReference<>();
        AtomicReference<ChatResponse> last = new AtomicReference<>();
        var parts = model(call, 0).stream(prompt).doOnNext(part -> {
            call.begin();
            if (part.getMetadata().getUsage().getTotalTokens() > 0) {
                last.set(part);
            }
        });
        new MessageAggregator().aggregate(parts, whole::set).blockLast();
        return new Answer(message(whole.get()), last.get());
    }

    private static List<Message> ask(String text) {
        return List.of(new SystemMessage(Common.SYSTEM), new UserMessage(text));
    }

    private static String plain(Call call, boolean stream) {
        Answer answer = answer(call, ask(call.ask(stream ? "LONG" : "hello")), options(call), stream);
        Usage usage = answer.last().getMetadata().getUsage();
        long input = usage.getPromptTokens();
        if (call.api().equals("messages")) {
            input += usage.getCacheReadInputTokens() == null ? 0 : usage.getCacheReadInputTokens();
        }
        // The library reads the tokens of the input at the start of a stream, where only Anthropic reports them.
        boolean reported = !stream || call.api().equals("chat") || call.target().endsWith("anthropic");
        checkUsage(reported ? input : Common.INPUT_TOKENS, usage.getCompletionTokens());
        return check(answer.message().getText(), stream ? Common.LONG : "SYS ");
    }

    private static String history(Call call) {
        List<Message> messages = List.of(
                new SystemMessage(Common.SYSTEM),
                new UserMessage("hi"),
                new AssistantMessage("hello"),
                new UserMessage(call.ask("ECHO:ünï 😀")));
        return check(answer(call, messages, options(call), false).message().getText(), "ünï 😀");
    }

    private static String length(Call call) {
        Answer answer = answer(call, ask(call.ask("LENGTH")), options(call).maxTokens(16), false);
        String reason = answer.last().getResult().getMetadata().getFinishReason();
        require(reason.equals(call.api().equals("chat") ? "LENGTH" : "max_tokens"), reason);
        return answer.message().getText();
    }

    private static String tools(Call call, boolean stream) {
        return loop(call, Common.tools(call, ""), options(call), stream);
    }

    private static String thinking(Call call, boolean stream) {
        var options = options(call);
        think(options);
        return loop(call, Common.tools(call, "THINK "), options, stream);
    }

    private static String loop(Call call, String text, ToolCallingChatOptions.Builder<?> options, boolean stream) {
        options.toolCallbacks(callbacks(() -> {
            throw new AssertionError("the model ran a tool");
        }));
        List<Message> messages = new ArrayList<>(ask(text));
        int calls = 0;
        for (int rounds = 1; rounds < 6; rounds++) {
            AssistantMessage message = answer(call, messages, options, stream).message();
            messages.add(message);
            if (!message.hasToolCalls()) {
                return checkResults(message.getText(), rounds, calls);
            }
            List<ToolResponseMessage.ToolResponse> results = new ArrayList<>();
            for (AssistantMessage.ToolCall each : message.getToolCalls()) {
                calls++;
                String result = Common.runTool(each.name(), each.arguments());
                results.add(new ToolResponseMessage.ToolResponse(each.id(), each.name(), result));
            }
            messages.add(ToolResponseMessage.builder().responses(results).build());
        }
        throw new AssertionError("no end of the tools");
    }

    private static String toolForced(Call call) {
        var options = options(call).toolCallbacks(callbacks(() -> {}));
        if (options instanceof OpenAiChatOptions.Builder openAi) {
            openAi.toolChoice("{\"type\":\"function\",\"function\":{\"name\":\"time\"}}");
        } else if (options instanceof AnthropicChatOptions.Builder anthropic) {
            anthropic.toolChoice(
                    ToolChoice.ofTool(ToolChoiceTool.builder().name("time").build()));
        }
        AssistantMessage message =
                answer(call, ask(call.ask("hi")), options, false).message();
        List<String> called = message.getToolCalls().stream()
                .map(AssistantMessage.ToolCall::name)
                .toList();
        require(called.equals(List.of("time")), message);
        return "called";
    }

    private static String part(Call call, String type, String data, String seen) {
        Media media = Media.builder()
                .mimeType(MimeType.valueOf(type))
                .data(new ByteArrayResource(Base64.getDecoder().decode(data)))
                .build();
        Message message =
                UserMessage.builder().text(call.ask("look")).media(media).build();
        return check(
                answer(call, List.of(message), options(call), false).message().getText(), seen);
    }

    private static String refused(Call call) {
        return Common.checkStatus(
                call,
                stream -> answer(call, ask(call.ask("hello".repeat(100))), options(call), stream),
                SpringCases::status);
    }

    private static String retried(Call call) {
        Prompt prompt = new Prompt(ask(call.ask("hello")), options(call).build());
        return check(message(model(call, 2).call(prompt)).getText(), "Hello");
    }

    private static String aborted(Call call) {
        Prompt prompt = new Prompt(ask(call.ask("LONG")), options(call).build());
        require(model(call, 0).stream(prompt).blockFirst() != null, "no part");
        return "closed";
    }

    private static String search(Call call, boolean stream) {
        var options = anthropic(call, 0)
                .webSearchTool(AnthropicWebSearchTool.builder().maxUses(3).build());
        Answer answer = answer(call, ask(call.ask("SEARCH")), options, stream);
        List<Citation> citations = answer.last().getMetadata().get("citations");
        require(citations != null && citations.size() == 1, "sources: " + citations);
        return check(citations.get(0).getUrl(), "https://example.com/");
    }

    private static String embeddings(Call call) {
        for (int size : new int[] {8, 4}) {
            var options = OpenAiEmbeddingOptions.builder()
                    .baseUrl(call.base() + "/v1")
                    .apiKey(call.key())
                    .model(call.model())
                    .dimensions(size == 8 ? null : size)
                    .build();
            EmbeddingResponse response = OpenAiEmbeddingModel.builder()
                    .options(options)
                    .build()
                    .call(new EmbeddingRequest(List.of("a", call.tag()), options));
            List<Integer> sizes = response.getResults().stream()
                    .map(each -> each.getOutput().length)
                    .toList();
            require(sizes.equals(List.of(size, size)), sizes);
            require(response.getMetadata().getUsage().getPromptTokens() > 0, "no usage");
        }
        return "embedded";
    }
}
