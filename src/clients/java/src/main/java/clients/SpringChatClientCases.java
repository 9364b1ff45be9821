package clients;

import static clients.Common.checkResults;
import static clients.Common.require;

import clients.Common.Run;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.converter.BeanOutputConverter;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import reactor.core.publisher.Flux;

/** The cases of Spring AI's ChatClient, which runs the tools and reads responses as Java types. */
final class SpringChatClientCases {

    static final Map<String, Run> CASES = Map.of(
            "tools", call -> tools(call, false, false),
            "tools-streamed", call -> tools(call, true, false),
            "thinking", call -> tools(call, false, true),
            "thinking-streamed", call -> tools(call, true, true),
            "structured", SpringChatClientCases::structured,
            "structured-streamed", SpringChatClientCases::structuredStreamed,
            "structured-tools", SpringChatClientCases::structuredTools);

    /**
     * The providers that get the format of a request with tools as an instruction, from which the judge writes no JSON.
     */
    private static final Set<String> INSTRUCTED = Set.of("gemini", "cohere");

    private SpringChatClientCases() {}

    /** What the library derives a schema of that every provider takes: no optional members, each type once. */
    record Form(String title, Common.Status status, List<Common.Person> people, double score, List<String> labels) {}

    /** A model that counts its responses. */
    private record Counted(ChatModel model, AtomicInteger responses) implements ChatModel {

        @Override
        public ChatResponse call(Prompt prompt) {
            responses.incrementAndGet();
            return model.call(prompt);
        }

        @Override
        public Flux<ChatResponse> stream(Prompt prompt) {
            responses.incrementAndGet();
            return model.stream(prompt);
        }

        @Override
        public ChatOptions getOptions() {
            return model.getOptions();
        }
    }

    private static ChatClient.ChatClientRequestSpec request(
            ChatModel model, ToolCallingChatOptions.Builder<?> options, String text) {
        return ChatClient.create(model)
                .prompt()
                .messages(new SystemMessage(Common.SYSTEM), new UserMessage(text))
                .options(options);
    }

    private static String text(Call call, ChatClient.ChatClientRequestSpec request, boolean stream) {
        if (!stream) {
            return SpringCases.message(request.call().chatResponse()).getText();
        }
        return String.join(
                "",
                request.stream()
                        .content()
                        .doOnNext(part -> call.begin())
                        .collectList()
                        .block());
    }

    private static String tools(Call call, boolean stream, boolean thinking) {
        Counted model = new Counted(SpringCases.model(call, 0), new AtomicInteger());
        AtomicInteger calls = new AtomicInteger();
        var options = SpringCases.options(call);
        String words = Common.tools(call, thinking ? "THINK " : "");
        if (thinking) {
            SpringCases.think(options);
            // The library sends a text before the thoughts back, which Anthropic refuses.
            words = words.replace("PREFACE ", "");
        }
        var request = request(model, options, words)
                .tools(SpringCases.callbacks(calls::incrementAndGet).toArray());
        String text = text(call, request, stream);
        return checkResults(text, model.responses().get(), calls.get());
    }

    private static String checkForm(Form form) {
        require(form != null && form.status() != null && !form.people().isEmpty(), form);
        return form.title();
    }

    private static String structured(Call call) {
        return checkForm(request(SpringCases.model(call, 0), SpringCases.options(call), call.ask("report"))
                .call()
                .entity(Form.class, entity -> entity.useProviderStructuredOutput()));
    }

    private static ToolCallingChatOptions.Builder<?> formatted(Call call, BeanOutputConverter<Form> converter) {
        var options = SpringCases.options(call);
        ((StructuredOutputChatOptions.Builder<?>) options).outputSchema(converter.getJsonSchema());
        return options;
    }

    private static String structuredStreamed(Call call) {
        BeanOutputConverter<Form> converter = new BeanOutputConverter<>(Form.class);
        var request = request(SpringCases.model(call, 0), formatted(call, converter), call.ask("report"));
        return checkForm(converter.convert(text(call, request, true)));
    }

    private static String structuredTools(Call call) {
        BeanOutputConverter<Form> converter = new BeanOutputConverter<>(Form.class);
        Counted model = new Counted(SpringCases.model(call, 0), new AtomicInteger());
        AtomicInteger calls = new AtomicInteger();
        var request = request(model, formatted(call, converter), Common.tools(call, ""))
                .tools(SpringCases.callbacks(calls::incrementAndGet).toArray());
        String text = text(call, request, false);
        return INSTRUCTED.contains(call.target())
                ? checkResults(text, model.responses().get(), calls.get())
                : checkForm(converter.convert(text));
    }
}
