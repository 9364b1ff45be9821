package clients;

import static clients.Common.check;
import static clients.Common.checkResults;
import static clients.Common.checkUsage;
import static clients.Common.require;

import clients.Common.Run;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStreamEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The cases of OpenAI's library: Chat Completions and Responses. */
final class OpenAiCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    static final Map<String, Run> CHAT = new HashMap<>(Map.of(
            "plain", OpenAiCases::chatPlain,
            "streamed", OpenAiCases::chatStreamed,
            "tools", call -> chatTools(call, false),
            "tools-streamed", call -> chatTools(call, true),
            "structured", OpenAiCases::chatStructured,
            "image", OpenAiCases::chatImage,
            "thinking", call -> chatThinking(call, false),
            "thinking-streamed", call -> chatThinking(call, true),
            "retried", call -> check(text(complete(call, call.ask("hello"), 2)), "Hello")));

    static final Map<String, Run> RESPONSES = new HashMap<>(Map.of(
            "plain", OpenAiCases::responsesPlain,
            "streamed", OpenAiCases::responsesStreamed,
            "tools", call -> responsesTools(call, false),
            "tools-streamed", call -> responsesTools(call, true),
            "structured", OpenAiCases::responsesStructured,
            "thinking", call -> responsesThinking(call, false),
            "thinking-streamed", call -> responsesThinking(call, true),
            "retried",
                    call -> check(
                            text(client(call, 2, false)
                                    .responses()
                                    .create(respond(call, call.ask("hello")).build())),
                            "Hello")));

    static {
        for (String name : Common.REFUSALS) {
            CHAT.put(name, OpenAiCases::chatRefused);
            RESPONSES.put(name, OpenAiCases::responsesRefused);
        }
    }

    private static final Map<String, OpenAIClient> CLIENTS = new ConcurrentHashMap<>();

    private OpenAiCases() {}

    /** One client for each configuration: to make one takes longer than a request. */
    static OpenAIClient client(Call call, int retries, boolean validate) {
        String of = call.base() + " " + call.key() + " " + retries + " " + validate;
        return CLIENTS.computeIfAbsent(
                of,
                absent -> OpenAIOkHttpClient.builder()
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .maxRetries(retries)
                        .timeout(TIMEOUT)
                        .responseValidation(validate)
                        .build());
    }

    // Streams that fail: a client reads one to its end.

    static String chatStream(Call call) {
        var params = ChatCompletionCreateParams.builder()
                .model(call.model())
                .addUserMessage("hi")
                .build();
        String last = null;
        try (var stream = client(call, 0, false).chat().completions().createStreaming(params)) {
            for (ChatCompletionChunk chunk : (Iterable<ChatCompletionChunk>) stream.stream()::iterator) {
                call.begin();
                last = chunk.choices().toString();
            }
        }
        return last;
    }

    static String responsesStream(Call call, boolean validate) {
        var params =
                ResponseCreateParams.builder().model(call.model()).input("hi").build();
        String last = null;
        try (var stream = client(call, 0, validate).responses().createStreaming(params)) {
            for (ResponseStreamEvent event : (Iterable<ResponseStreamEvent>) stream.stream()::iterator) {
                call.begin();
                last = event.toString();
            }
        }
        return last;
    }

    // Chat Completions.

    private static ChatCompletionCreateParams.Builder chat(Call call, String text) {
        return ChatCompletionCreateParams.builder()
                .model(call.model())
                .addSystemMessage(Common.SYSTEM)
                .addUserMessage(text);
    }

    private static ChatCompletion complete(Call call, String text, int retries) {
        return client(call, retries, true)
                .chat()
                .completions()
                .create(chat(call, text).build());
    }

    private static String text(ChatCompletion completion) {
        return completion.choices().get(0).message().content().orElse("");
    }

    private static ChatCompletion stream(Call call, ChatCompletionCreateParams params) {
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        try (var stream = client(call, 0, true).chat().completions().createStreaming(params)) {
            stream.stream().forEach(chunk -> {
                call.begin();
                accumulator.accumulate(chunk);
            });
        }
        return accumulator.chatCompletion();
    }

    private static String chatPlain(Call call) {
        ChatCompletion completion = complete(call, call.ask("hello"), 0);
        var usage = completion.usage().orElseThrow();
        checkUsage(usage.promptTokens(), usage.completionTokens());
        return check(text(completion), "SYS ");
    }

    private static String chatStreamed(Call call) {
        String text = text(stream(call, chat(call, call.ask("LONG")).build()));
        require(text.equals(Common.LONG), text);
        return text;
    }

    private static String chatTools(Call call, boolean stream) {
        return chatLoop(call, Common.tools(call, ""), stream, params -> params);
    }

    private static String chatThinking(Call call, boolean stream) {
        String text = Common.tools(call, "THINK ");
        return chatLoop(call, text, stream, params -> params.reasoningEffort(ReasoningEffort.LOW));
    }

    private static String chatLoop(
            Call call, String text, boolean stream, UnaryOperator<ChatCompletionCreateParams.Builder> more) {
        ChatCompletionCreateParams.Builder params =
                more.apply(chat(call, text)).addTool(Common.Weather.class).addTool(Common.Time.class);
        int calls = 0;
        for (int rounds = 1; rounds < 6; rounds++) {
            ChatCompletion completion = stream
                    ? stream(call, params.build())
                    : client(call, 0, true).chat().completions().create(params.build());
            ChatCompletionMessage message = completion.choices().get(0).message();
            params.addMessage(message);
            List<ChatCompletionMessageToolCall> called = message.toolCalls().orElse(List.of());
            if (called.isEmpty()) {
                return checkResults(message.content().orElse(""), rounds, calls);
            }
            for (ChatCompletionMessageToolCall each : called) {
                calls++;
                var function = each.asFunction();
                String result = Common.runTool(
                        function.function().name(), function.function().arguments());
                params.addMessage(ChatCompletionToolMessageParam.builder()
                        .toolCallId(function.id())
                        .content(result)
                        .build());
            }
        }
        throw new AssertionError("no end of the tools");
    }

    private static String chatStructured(Call call) {
        var params = chat(call, call.ask("report"))
                .responseFormat(Common.Report.class)
                .build();
        var completion = client(call, 0, false).chat().completions().create(params);
        return Common.checkReport(
                completion.choices().get(0).message().content().orElse(null));
    }

    private static String chatImage(Call call) {
        var image = ChatCompletionContentPartImage.builder()
                .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/png;base64," + Common.PNG)
                        .build())
                .build();
        var text =
                ChatCompletionContentPartText.builder().text(call.ask("look")).build();
        var params = ChatCompletionCreateParams.builder()
                .model(call.model())
                .addUserMessageOfArrayOfContentParts(
                        List.of(ChatCompletionContentPart.ofText(text), ChatCompletionContentPart.ofImageUrl(image)))
                .build();
        return check(text(client(call, 0, false).chat().completions().create(params)), Common.SEEN_PNG);
    }

    private static String chatRefused(Call call) {
        return Common.checkRefusal(
                call,
                stream -> {
                    var params = chat(call, call.ask("hello".repeat(100))).build();
                    if (stream) {
                        stream(call, params);
                    } else {
                        client(call, 0, false).chat().completions().create(params);
                    }
                },
                "InternalServerException");
    }

    // Responses.

    private static ResponseCreateParams.Builder respond(Call call, String text) {
        return ResponseCreateParams.builder().model(call.model()).input(text).instructions(Common.SYSTEM);
    }

    private static String text(Response response) {
        StringBuilder text = new StringBuilder();
        for (ResponseOutputItem item : response.output()) {
            item.message()
                    .ifPresent(message -> message.content()
                            .forEach(part -> part.outputText().ifPresent(output -> text.append(output.text()))));
        }
        return text.toString();
    }

    private static Response stream(Call call, ResponseCreateParams params) {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (var stream = client(call, 0, true).responses().createStreaming(params)) {
            stream.stream().forEach(event -> {
                call.begin();
                accumulator.accumulate(event);
            });
        }
        return accumulator.response();
    }

    private static String responsesPlain(Call call) {
        Response response = client(call, 0, true)
                .responses()
                .create(respond(call, call.ask("hello")).build());
        var usage = response.usage().orElseThrow();
        checkUsage(usage.inputTokens(), usage.outputTokens());
        return check(text(response), "SYS ");
    }

    private static String responsesStreamed(Call call) {
        String text = text(stream(call, respond(call, call.ask("LONG")).build()));
        require(text.equals(Common.LONG), text);
        return text;
    }

    private static String responsesTools(Call call, boolean stream) {
        return responsesLoop(call, Common.tools(call, ""), stream, params -> params);
    }

    private static String responsesThinking(Call call, boolean stream) {
        return responsesLoop(
                call,
                Common.tools(call, "THINK "),
                stream,
                params -> params.reasoning(Reasoning.builder()
                                .effort(ReasoningEffort.LOW)
                                .summary(Reasoning.Summary.AUTO)
                                .build())
                        .addInclude(ResponseIncludable.REASONING_ENCRYPTED_CONTENT)
                        .store(false));
    }

    private static String responsesLoop(
            Call call, String text, boolean stream, UnaryOperator<ResponseCreateParams.Builder> more) {
        List<ResponseInputItem> items = new ArrayList<>();
        items.add(ResponseInputItem.ofMessage(ResponseInputItem.Message.builder()
                .role(ResponseInputItem.Message.Role.USER)
                .addInputTextContent(text)
                .build()));
        ResponseCreateParams.Builder params = more.apply(
                        ResponseCreateParams.builder().model(call.model()))
                .addTool(Common.Weather.class)
                .addTool(Common.Time.class);
        int calls = 0;
        for (int rounds = 1; rounds < 6; rounds++) {
            ResponseCreateParams request = params.inputOfResponse(items).build();
            Response response = stream
                    ? stream(call, request)
                    : client(call, 0, true).responses().create(request);
            int before = calls;
            for (ResponseOutputItem item : response.output()) {
                item.reasoning().ifPresent(reasoning -> items.add(ResponseInputItem.ofReasoning(reasoning)));
                item.message().ifPresent(message -> items.add(ResponseInputItem.ofResponseOutputMessage(message)));
                item.functionCall().ifPresent(function -> items.add(ResponseInputItem.ofFunctionCall(function)));
            }
            for (ResponseOutputItem item : response.output()) {
                if (item.isFunctionCall()) {
                    calls++;
                    var function = item.asFunctionCall();
                    items.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                            .callId(function.callId())
                            .output(Common.runTool(function.name(), function.arguments()))
                            .build()));
                }
            }
            if (calls == before) {
                return checkResults(text(response), rounds, calls);
            }
        }
        throw new AssertionError("no end of the tools");
    }

    private static String responsesStructured(Call call) {
        var params = respond(call, call.ask("report")).text(Common.Report.class).build();
        var response = client(call, 0, false).responses().create(params);
        return Common.checkReport(response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .findFirst()
                .orElse(null));
    }

    private static String responsesRefused(Call call) {
        return Common.checkRefusal(
                call,
                stream -> {
                    var params = respond(call, call.ask("hello".repeat(100))).build();
                    if (stream) {
                        stream(call, params);
                    } else {
                        client(call, 0, false).responses().create(params);
                    }
                },
                "InternalServerException");
    }
}
