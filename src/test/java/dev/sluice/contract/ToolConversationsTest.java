package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlock;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.openai.core.JsonValue;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Streamed multi-turn tool conversations between clients of one format and models of the other, with parallel calls.
 */
@ExtendWith(ContractFixture.Running.class)
class ToolConversationsTest {

    private static final Map<String, Map<String, String>> CITY = Map.of("city", Map.of("type", "string"));

    @Test
    void anAnthropicClientWithAnOpenAiModel(ContractFixture fixture) {
        MessageCreateParams.Builder said = MessageCreateParams.builder()
                .model("openai/gpt-4o")
                .maxTokens(1_000)
                .system("Be brief.")
                .addTool(anthropicTool("weather"))
                .addTool(anthropicTool("time"))
                .addUserMessage("call weather and time");

        Message called = response(fixture, said);
        List<ToolUseBlock> calls = calls(called);
        assertThat(called.stopReason()).contains(StopReason.TOOL_USE);
        assertThat(calls).extracting(ToolUseBlock::name).containsExactly("weather", "time");
        assertThat(calls).extracting(ToolUseBlock::id).doesNotHaveDuplicates();

        said.addMessage(called)
                .addUserMessageOfContentBlockParams(
                        List.of(result(calls.get(0), "sunny"), result(calls.get(1), "noon")));
        Message told = response(fixture, said);
        assertThat(text(told)).isEqualTo("results: sunny, noon");

        said.addMessage(told).addUserMessage("call time and weather");
        Message again = response(fixture, said);
        assertThat(calls(again)).extracting(ToolUseBlock::name).containsExactly("time", "weather");

        said.addMessage(again)
                .addUserMessageOfContentBlockParams(List.of(
                        result(calls(again).get(0), "midnight"),
                        result(calls(again).get(1), "rain")));
        assertThat(text(response(fixture, said))).isEqualTo("results: midnight, rain");
    }

    @Test
    void anOpenAiResponsesClientWithAnAnthropicModel(ContractFixture fixture) {
        List<ResponseInputItem> said = new ArrayList<>();
        said.add(user("call weather and time"));

        List<ResponseFunctionToolCall> calls = functionCalls(response(fixture, said), said);
        assertThat(calls).extracting(ResponseFunctionToolCall::name).containsExactly("weather", "time");
        assertThat(calls).extracting(ResponseFunctionToolCall::callId).doesNotHaveDuplicates();

        said.add(output(calls.get(0), "sunny"));
        said.add(output(calls.get(1), "noon"));
        Response told = response(fixture, said);
        assertThat(text(told)).isEqualTo("results: sunny, noon");
        functionCalls(told, said);

        said.add(user("call time and weather"));
        List<ResponseFunctionToolCall> again = functionCalls(response(fixture, said), said);
        assertThat(again).extracting(ResponseFunctionToolCall::name).containsExactly("time", "weather");

        said.add(output(again.get(0), "midnight"));
        said.add(output(again.get(1), "rain"));
        assertThat(text(response(fixture, said))).isEqualTo("results: midnight, rain");
    }

    private static Message response(ContractFixture fixture, MessageCreateParams.Builder said) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (var stream = fixture.anthropic().messages().createStreaming(said.build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.message().validate();
    }

    private static Response response(ContractFixture fixture, List<ResponseInputItem> said) {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        ResponseCreateParams params = ResponseCreateParams.builder()
                .model("anthropic/claude-sonnet-4-6")
                .store(false)
                .instructions("Be brief.")
                .addTool(openAiTool("weather"))
                .addTool(openAiTool("time"))
                .inputOfResponse(said)
                .build();
        try (var stream = fixture.openai().responses().createStreaming(params)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        return accumulator.response().validate();
    }

    @SuppressWarnings("unchecked") // a JsonValue may stand for any field, but its type does not say so
    private static Tool anthropicTool(String name) {
        return Tool.builder()
                .name(name)
                .inputSchema(Tool.InputSchema.builder()
                        .properties(com.anthropic.core.JsonValue.from(CITY))
                        .build())
                .build();
    }

    private static FunctionTool openAiTool(String name) {
        return FunctionTool.builder()
                .name(name)
                .strict(false)
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(CITY))
                        .build())
                .build();
    }

    private static ContentBlockParam result(ToolUseBlock call, String found) {
        return ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                .toolUseId(call.id())
                .content(found)
                .build());
    }

    private static ResponseInputItem output(ResponseFunctionToolCall call, String found) {
        return ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output(found)
                .build());
    }

    private static ResponseInputItem user(String text) {
        return ResponseInputItem.ofMessage(ResponseInputItem.Message.builder()
                .role(ResponseInputItem.Message.Role.USER)
                .addInputTextContent(text)
                .build());
    }

    private static List<ToolUseBlock> calls(Message message) {
        return message.content().stream()
                .flatMap(block -> block.toolUse().stream())
                .toList();
    }

    /** And what was said is put to the conversation as it came. */
    private static List<ResponseFunctionToolCall> functionCalls(Response response, List<ResponseInputItem> said) {
        List<ResponseFunctionToolCall> calls = new ArrayList<>();
        for (ResponseOutputItem item : response.output()) {
            item.functionCall().ifPresent(call -> {
                calls.add(call);
                said.add(ResponseInputItem.ofFunctionCall(call));
            });
            item.message().ifPresent(message -> said.add(ResponseInputItem.ofResponseOutputMessage(message)));
        }
        return calls;
    }

    private static String text(Message message) {
        return message.content().stream()
                .flatMap(block -> block.text().stream())
                .map(TextBlock::text)
                .reduce("", String::concat);
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .map(part -> part.text())
                .reduce("", String::concat);
    }
}
