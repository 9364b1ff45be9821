package clients;

import static clients.Common.check;
import static clients.Common.checkResults;
import static clients.Common.checkUsage;
import static clients.Common.require;

import clients.Common.Run;
import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The cases of Anthropic's library: Messages. */
final class AnthropicCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    static final Map<String, Run> MESSAGES = new HashMap<>(Map.of(
            "plain", AnthropicCases::plain,
            "streamed", AnthropicCases::streamed,
            "tools", call -> loop(call, Common.tools(call, ""), false, false),
            "tools-streamed", call -> loop(call, Common.tools(call, ""), true, false),
            "thinking", call -> loop(call, Common.tools(call, "THINK "), false, true),
            "thinking-streamed", call -> loop(call, Common.tools(call, "THINK "), true, true),
            "structured", AnthropicCases::structured,
            "retried",
                    call -> check(
                            text(client(call, 2)
                                    .messages()
                                    .create(params(call, call.ask("hello")).build())),
                            "Hello")));

    static {
        for (String name : Common.REFUSALS) {
            MESSAGES.put(name, AnthropicCases::refused);
        }
    }

    private static final Map<String, AnthropicClient> CLIENTS = new ConcurrentHashMap<>();

    private AnthropicCases() {}

    /** One client for each configuration: to make one takes longer than a request. */
    private static AnthropicClient client(Call call, int retries) {
        String of = call.base() + " " + call.key() + " " + retries;
        return CLIENTS.computeIfAbsent(
                of,
                absent -> AnthropicOkHttpClient.builder()
                        .baseUrl(call.base())
                        .apiKey(call.key())
                        .maxRetries(retries)
                        .timeout(TIMEOUT)
                        .build());
    }

    /** Streams that fail: a client reads one to its end. */
    static String stream(Call call) {
        var params = MessageCreateParams.builder()
                .model(call.model())
                .maxTokens(100)
                .addUserMessage("hi")
                .build();
        String last = null;
        try (var stream = client(call, 0).messages().createStreaming(params)) {
            for (RawMessageStreamEvent event : (Iterable<RawMessageStreamEvent>) stream.stream()::iterator) {
                call.begin();
                last = event.toString();
            }
        }
        return last;
    }

    private static MessageCreateParams.Builder params(Call call, String text) {
        return MessageCreateParams.builder()
                .model(call.model())
                .maxTokens(4000)
                .system(Common.SYSTEM)
                .addUserMessage(text);
    }

    private static Message create(Call call, MessageCreateParams params, boolean stream) {
        if (!stream) {
            return client(call, 0).messages().create(params).validate();
        }
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (var events = client(call, 0).messages().createStreaming(params)) {
            events.stream().forEach(event -> {
                call.begin();
                accumulator.accumulate(event.validate());
            });
        }
        return accumulator.message();
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        message.content().forEach(block -> block.text().ifPresent(each -> text.append(each.text())));
        return text.toString();
    }

    private static void checkTokens(Message message) {
        var usage = message.usage();
        checkUsage(usage.inputTokens() + usage.cacheReadInputTokens().orElse(0L), usage.outputTokens());
    }

    private static String plain(Call call) {
        Message message = create(call, params(call, call.ask("hello")).build(), false);
        checkTokens(message);
        return check(text(message), "SYS ");
    }

    private static String streamed(Call call) {
        Message message = create(call, params(call, call.ask("LONG")).build(), true);
        require(text(message).equals(Common.LONG), message);
        checkTokens(message);
        return text(message);
    }

    private static Tool tool(String name, String member) {
        return Tool.builder()
                .name(name)
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of(member, Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of(member)))
                        .build())
                .build();
    }

    private static String loop(Call call, String text, boolean stream, boolean thinking) throws Exception {
        MessageCreateParams.Builder params =
                params(call, text).addTool(tool("weather", "city")).addTool(tool("time", "zone"));
        if (thinking) {
            params.enabledThinking(1024);
        }
        int calls = 0;
        boolean thought = false;
        for (int rounds = 1; rounds < 6; rounds++) {
            Message message = create(call, params.build(), stream);
            params.addMessage(message);
            List<ContentBlockParam> results = new ArrayList<>();
            for (ContentBlock block : message.content()) {
                thought |= block.thinking()
                        .filter(each -> !each.signature().isEmpty())
                        .isPresent();
                if (block.isToolUse()) {
                    var use = block.asToolUse();
                    String input = JsonMapper.builder()
                            .build()
                            .writeValueAsString(use._input().convert(Map.class));
                    results.add(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                            .toolUseId(use.id())
                            .content(Common.runTool(use.name(), input))
                            .build()));
                }
            }
            if (results.isEmpty()) {
                require(!thinking || thought, "no thinking with a signature");
                return checkResults(text(message), rounds, calls);
            }
            calls += results.size();
            params.addUserMessageOfContentBlockParams(results);
        }
        throw new AssertionError("no end of the tools");
    }

    private static String structured(Call call) {
        var params = params(call, call.ask("report"))
                .outputConfig(Common.Report.class)
                .build();
        var message = client(call, 0).messages().create(params);
        return Common.checkReport(message.content().stream()
                .flatMap(block -> block.text().stream())
                .findFirst()
                .orElseThrow()
                .text());
    }

    private static String refused(Call call) {
        return Common.checkRefusal(
                call,
                stream ->
                        create(call, params(call, call.ask("hello".repeat(100))).build(), stream),
                "OverloadedException");
    }
}
