package dev.sluice.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.Tool;
import dev.sluice.model.chat.ToolChoice;
import dev.sluice.protocol.ChatRequestBuilder;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ToolRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names and ids that a provider does not accept are replaced by stable, different ones, and restored. */
class ToolNamesTest {

    private static final ToolRules RULES = ToolRules.ofIds(40);
    private static final String LONG = "mcp__inventory__" + "x".repeat(60);
    private static final String LONGER = LONG + "y";

    @Test
    void acceptedNamesCostNothing() {
        ChatRequest request = ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, ContentPart.ToolCall.of("a", "x".repeat(64), "{}"))
                .tool("get_w-1")
                .request();

        assertThat(ToolNames.of(request, RULES)).isNull();
    }

    @Test
    void namesStayDifferentAndTheSameInEveryRequest() {
        ToolNames first = ToolNames.of(request(LONG, LONGER, "get weather", "get.weather"), RULES);
        ToolNames second = ToolNames.of(request(LONGER, "get weather"), RULES);

        List<String> names = names(first.accepted());
        assertThat(names)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(RULES.accepts(name)).isTrue());
        assertThat(names.get(0)).startsWith("mcp__inventory__xxx").hasSize(64);
        assertThat(names(second.accepted())).containsExactly(names.get(1), names.get(2));
        assertThat(names.stream().map(first::original)).containsExactly(LONG, LONGER, "get weather", "get.weather");
    }

    @Test
    void aReplacementIsNeverTheNameOfAnotherTool() {
        String replacement =
                names(ToolNames.of(request(LONG), RULES).accepted()).getFirst();

        ToolNames names = ToolNames.of(request(LONG, replacement), RULES);

        assertThat(names(names.accepted())).doesNotHaveDuplicates().contains(replacement);
        assertThat(names.original(replacement)).isEqualTo(replacement);
    }

    @Test
    void historyChoiceAndResponseAgree() {
        String id = "toolu_" + "1".repeat(50);
        ChatRequest request = ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, ContentPart.ToolCall.of(id, LONG, "{}"))
                .message(Role.TOOL, new ContentPart.ToolResult(id, List.of(), false, null))
                .tool(LONG)
                .choice(ToolChoice.named(LONG))
                .request();
        DroppedParameters dropped = new DroppedParameters();

        ToolNames names = ToolNames.of(request, RULES);

        names.report(dropped);
        ChatRequest accepted = names.accepted();
        String name = names(accepted).getFirst();
        ContentPart.ToolCall call =
                (ContentPart.ToolCall) accepted.messages().get(1).parts().getFirst();
        ContentPart.ToolResult result =
                (ContentPart.ToolResult) accepted.messages().get(2).parts().getFirst();
        assertThat(call.name()).isEqualTo(name);
        assertThat(call.id()).hasSize(40).isEqualTo(result.callId());
        assertThat(accepted.toolChoice()).isEqualTo(ToolChoice.named(name));
        assertThat(dropped.list()).containsExactly("tools.name=shortened", "messages.tool_calls.id=shortened");
        ChatResponse response = new ChatResponse(
                "r",
                "m",
                1,
                List.of(ContentPart.ToolCall.of("c", name, "{}"), ContentPart.Text.of("t")),
                FinishReason.TOOL_CALLS,
                null,
                List.of(),
                Usage.UNKNOWN);
        assertThat(names.restoreIn(response).parts())
                .containsExactly(ContentPart.ToolCall.of("c", LONG, "{}"), ContentPart.Text.of("t"));
    }

    @Test
    void aNameBeginsWithALetterWhereItMust() {
        ToolRules gemini = new ToolRules(64, ".:", true, Integer.MAX_VALUE, false);

        ToolNames names = ToolNames.of(request("1st", "get.w:x"), gemini);

        assertThat(names(names.accepted()).get(0)).startsWith("_1st_");
        assertThat(names(names.accepted()).get(1)).isEqualTo("get.w:x");
    }

    private static ChatRequest request(String... names) {
        ChatRequestBuilder builder = ChatRequestBuilder.ofUser("?");
        for (String name : names) {
            builder.tool(name);
        }
        return builder.request();
    }

    private static List<String> names(ChatRequest request) {
        return request.tools().stream()
                .map(tool -> ((Tool.Function) tool).name())
                .toList();
    }
}
