package dev.sluice.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatMessage.Role;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.protocol.ChatRequestBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No two calls of a conversation have the same id, and each result keeps its call. */
class CallIdsTest {

    @Test
    void differentIdsStay() {
        ChatRequest request = ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, call("a"), call("b"))
                .request();

        assertThat(new CallIds(request).request()).isSameAs(request);
    }

    @Test
    void resultsOfEqualIdsBelongToTheCallsInTheirOrder() {
        ChatRequest request = ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, call("a"), call("a"), call("a_2"))
                .message(Role.TOOL, result("a", "one"))
                .message(Role.TOOL, result("a_2", "three"))
                .message(Role.TOOL, result("a", "two"))
                .request();

        ChatRequest distinct = new CallIds(request).request();

        assertThat(distinct.messages().get(1).parts()).containsExactly(call("a"), call("a_3"), call("a_2"));
        assertThat(distinct.messages().subList(2, 5).stream()
                        .map(message -> message.parts().getFirst()))
                .containsExactly(result("a", "one"), result("a_2", "three"), result("a_3", "two"));
    }

    @Test
    void idsOfLettersAndDigitsKeepTheirLength() {
        ChatRequest request = ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, call("abcdefgh2"), call("abcdefgh2"), call("abcdefgh2"))
                .request();

        assertThat(new CallIds(request).request().messages().get(1).parts())
                .containsExactly(call("abcdefgh2"), call("abcdefgh3"), call("abcdefgh4"));
    }

    /** Providers that count from 0 in each response repeat the ids of earlier responses. */
    @Test
    void aResponseGetsIdsThatTheConversationDoesNotHave() {
        CallIds ids = new CallIds(ChatRequestBuilder.ofUser("?")
                .message(Role.ASSISTANT, call("call_0"))
                .message(Role.TOOL, result("call_0", "one"))
                .request());
        ChatResponse response = new ChatResponse(
                "r",
                "m",
                0,
                List.of(call("call_0"), call("call_0"), call("call_1")),
                FinishReason.TOOL_CALLS,
                null,
                List.of(),
                Usage.UNKNOWN);

        assertThat(ids.distinctIn(response).parts())
                .containsExactly(call("call_0_2"), call("call_0_3"), call("call_1"));
    }

    private static ContentPart.ToolCall call(String id) {
        return ContentPart.ToolCall.of(id, "f", "{}");
    }

    private static ContentPart.ToolResult result(String id, String text) {
        return new ContentPart.ToolResult(id, List.of(ContentPart.Text.of(text)), false, null);
    }
}
