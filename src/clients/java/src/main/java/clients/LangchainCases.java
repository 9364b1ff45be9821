package clients;

import static clients.Common.check;
import static clients.Common.checkResults;
import static clients.Common.checkUsage;
import static clients.Common.require;

import clients.Common.Run;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.anthropic.AnthropicTokenUsage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesChatModel;
import dev.langchain4j.model.openai.OpenAiResponsesStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.output.JsonSchemas;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The cases of langchain4j: each API by the model class that speaks it. */
final class LangchainCases {

    static final Map<String, Run> CASES = new HashMap<>(Map.of(
            "plain", call -> plain(call, false),
            "streamed", call -> plain(call, true),
            "tools", call -> tools(call, false, false),
            "tools-streamed", call -> tools(call, true, false),
            "thinking", call -> tools(call, false, true),
            "thinking-streamed", call -> tools(call, true, true),
            "structured", LangchainCases::structured,
            "image", call -> part(call, ImageContent.from(Common.PNG, "image/png"), Common.SEEN_PNG),
            "document", call -> part(call, PdfFileContent.from(Common.PDF, "application/pdf"), Common.SEEN_PDF)));

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final List<ToolSpecification> TOOLS = List.of(tool("weather", "city"), tool("time", "zone"));

    static {
        Common.REFUSALS.forEach(name -> CASES.put(name, LangchainCases::refused));
    }

    private LangchainCases() {}

    /** A stream that fails: the client reads it to its end. */
    static String stream(Call call) throws Exception {
        ChatRequest request =
                ChatRequest.builder().messages(UserMessage.from("hi")).build();
        return answer(call, request, true, false).aiMessage().text();
    }

    private static ToolSpecification tool(String name, String member) {
        JsonObjectSchema parameters = JsonObjectSchema.builder()
                .addStringProperty(member)
                .required(member)
                .build();
        return ToolSpecification.builder()
                .name(name)
                .description("The " + name + ".")
                .parameters(parameters)
                .build();
    }

    /** The stand-in has no HTTP/2, and answers no upgrade. */
    private static JdkHttpClientBuilder http11() {
        return JdkHttpClient.builder().httpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    }

    private static ChatModel model(Call call, boolean thinking) {
        return switch (call.api()) {
            case "chat" ->
                OpenAiChatModel.builder()
                        .httpClientBuilder(http11())
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .modelName(call.model())
                        .reasoningEffort(thinking ? "low" : null)
                        .returnThinking(thinking)
                        .maxRetries(0)
                        .timeout(TIMEOUT)
                        .build();
            case "responses" ->
                OpenAiResponsesChatModel.builder()
                        .httpClientBuilder(http11())
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .modelName(call.model())
                        .reasoningEffort(thinking ? "low" : null)
                        .reasoningSummary(thinking ? "auto" : null)
                        .include(thinking ? List.of("reasoning.encrypted_content") : null)
                        .store(false)
                        .build();
            default ->
                AnthropicChatModel.builder()
                        .httpClientBuilder(http11())
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .modelName(call.model())
                        .thinkingType(thinking ? "enabled" : null)
                        .thinkingBudgetTokens(thinking ? 1024 : null)
                        .returnThinking(thinking)
                        .sendThinking(thinking)
                        .maxTokens(4000)
                        .maxRetries(0)
                        .timeout(TIMEOUT)
                        .build();
        };
    }

    private static StreamingChatModel streaming(Call call, boolean thinking) {
        return switch (call.api()) {
            case "chat" ->
                OpenAiStreamingChatModel.builder()
                        .httpClientBuilder(http11())
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .modelName(call.model())
                        .reasoningEffort(thinking ? "low" : null)
                        .returnThinking(thinking)
                        .timeout(TIMEOUT)
                        .build();
            case "responses" ->
                OpenAiResponsesStreamingChatModel.builder()
                        .httpClientBuilder(http11())
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .modelName(call.model())
                        .reasoningEffort(thinking ? "low" : null)
                        .reasoningSummary(thinking ? "auto" : null)
                        .include(thinking ? List.of("reasoning.encrypted_content") : null)
                        .store(false)
                        .build();
            default ->
                AnthropicStreamingChatModel.builder()
                        .httpClientBuilder(http11())
                        .baseUrl(call.base() + "/v1")
                        .apiKey(call.key())
                        .modelName(call.model())
                        .thinkingType(thinking ? "enabled" : null)
                        .thinkingBudgetTokens(thinking ? 1024 : null)
                        .returnThinking(thinking)
                        .sendThinking(thinking)
                        .maxTokens(4000)
                        .timeout(TIMEOUT)
                        .build();
        };
    }

    private static ChatResponse answer(Call call, ChatRequest request, boolean stream, boolean thinking)
            throws Exception {
        if (!stream) {
            return model(call, thinking).chat(request);
        }
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        streaming(call, thinking).chat(request, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String text) {
                call.begin();
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                end.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                end.completeExceptionally(error);
            }
        });
        try {
            return end.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    private static ChatRequest.Builder ask(String text) {
        return ChatRequest.builder().messages(SystemMessage.from(Common.SYSTEM), UserMessage.from(text));
    }

    private static String plain(Call call, boolean stream) throws Exception {
        ChatRequest request = ask(call.ask(stream ? "LONG" : "hello")).build();
        ChatResponse response = answer(call, request, stream, false);
        TokenUsage usage = response.tokenUsage();
        int cached = usage instanceof AnthropicTokenUsage anthropic && anthropic.cacheReadInputTokens() != null
                ? anthropic.cacheReadInputTokens()
                : 0;
        checkUsage(usage.inputTokenCount() + cached, usage.outputTokenCount());
        return check(response.aiMessage().text(), stream ? Common.LONG : "SYS ");
    }

    private static String tools(Call call, boolean stream, boolean thinking) throws Exception {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(SystemMessage.from(Common.SYSTEM));
        messages.add(UserMessage.from(Common.tools(call, thinking ? "THINK " : "")));
        int calls = 0;
        for (int rounds = 1; rounds < 6; rounds++) {
            ChatRequest request = ChatRequest.builder()
                    .messages(messages)
                    .toolSpecifications(TOOLS)
                    .build();
            AiMessage message = answer(call, request, stream, thinking).aiMessage();
            messages.add(message);
            if (!message.hasToolExecutionRequests()) {
                return checkResults(message.text(), rounds, calls);
            }
            for (ToolExecutionRequest each : message.toolExecutionRequests()) {
                calls++;
                String result = Common.runTool(each.name(), each.arguments());
                messages.add(ToolExecutionResultMessage.from(each, result));
            }
        }
        throw new AssertionError("no end of the tools");
    }

    private static String structured(Call call) throws Exception {
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchemas.jsonSchemaFrom(Form.class).orElseThrow())
                .build();
        ChatRequest request = ask(call.ask("report")).responseFormat(format).build();
        String text = answer(call, request, false, false).aiMessage().text();
        Form read = new ObjectMapper().readValue(text, Form.class);
        require(read.people != null && !read.people.isEmpty(), text);
        return read.title;
    }

    /** What the library derives a schema of: no optional members. */
    static final class Form {
        public String title;
        public Common.Status status;
        public List<Common.Person> people;
        public double score;
        public List<String> labels;
    }

    private static String part(Call call, Content content, String seen) throws Exception {
        UserMessage message = UserMessage.from(TextContent.from(call.ask("look")), content);
        ChatRequest request = ChatRequest.builder().messages(message).build();
        return check(answer(call, request, false, false).aiMessage().text(), seen);
    }

    private static String refused(Call call) {
        return Common.checkStatus(
                call,
                stream -> answer(call, ask(call.ask("hello".repeat(100))).build(), stream, false),
                LangchainCases::status);
    }

    /** The HTTP status of an error, or 0. */
    static int status(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof HttpException http) {
                return http.statusCode();
            }
        }
        return 0;
    }
}
