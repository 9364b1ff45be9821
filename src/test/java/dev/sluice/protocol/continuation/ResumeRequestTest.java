package dev.sluice.protocol.continuation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which responses can be resumed, and which parts of a second stream the client does not receive. */
class ResumeRequestTest {

    private static final String CHUNK = "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{%s}}]}\n\n";
    private static final String BLOCK =
            "data: {\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"%s\"}}\n\n";
    private static final String WORDS = "data:"
        + " {\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n";
    private static final String STOP = "data: {\"type\":\"content_block_stop\",\"index\":%d}\n\n";
    private static final String START = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":2",
                "\"logprobs\":true",
                "\"response_format\":{\"type\":\"json_object\"}",
                "\"response_format\":{\"type\":\"json_schema\"}"
            })
    void requestsForMoreThanOneTextCannotBeResumed(String member) {
        assertThat(Continuation.of(StreamFormat.CHAT.requestWith(member))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"n\":1", "\"n\":null", "\"logprobs\":false", "\"response_format\":{\"type\":\"text\"}"})
    void plainRequestsCanBeResumed(String member) {
        assertThat(Continuation.of(StreamFormat.CHAT.requestWith(member))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\",\"stream\":true,\"prompt\":[1,2]}",
                "{\"model\":\"m\",\"stream\":true,\"prompt\":[\"a\",\"b\"]}",
                "{\"model\":\"m\",\"stream\":true,\"prompt\":\"a\",\"echo\":true}",
                "{\"model\":\"m\",\"stream\":true,\"prompt\":\"a\",\"suffix\":\"b\"}",
                "{\"model\":\"m\",\"stream\":true,\"prompt\":\"a\",\"logprobs\":1}",
                "{\"model\":\"m\",\"prompt\":\"a\"}"
            })
    void completionsOfOnePromptCanBeResumed(String body) {
        assertThat(Continuation.of(StreamFormat.COMPLETIONS.request(body))).isNull();
    }

    @Test
    void theOnlyPromptMayBeInAList() {
        Continuation continuation = Continuation.of(
                StreamFormat.COMPLETIONS.request("{\"model\":\"m\",\"prompt\":[ \"a\" ],\"stream\":true}"));
        continuation.observe(ByteSlice.of("data: {\"choices\":[{\"index\":0,\"text\":\" \\\"b\"}]}\n\n"));

        ClientRequest next = continuation.nextRequest(true);

        assertThat(next.body().toText()).isEqualTo("{\"model\":\"m\",\"prompt\":[ \"a \\\"b\" ],\"stream\":true}");
        assertThat(next.surface()).isEqualTo(Surface.COMPLETIONS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false | \"tool_calls\":[{\"index\":0}]",
                "false | \"reasoning_content\":\"hm\"",
                "false | \"refusal\":\"no\"",
                "false | \"content\":[1]",
                "true  | \"tool_calls\":[],\"refusal\":null,\"reasoning\":\"\",\"content\":\"a\""
            })
    void onlyTextCanBeResumed(boolean goesOn, String delta) {
        Continuation continuation = Continuation.of(StreamFormat.CHAT.request());

        continuation.observe(ByteSlice.of(CHUNK.formatted(delta)));

        assertThat(continuation.canResume()).isEqualTo(goesOn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tool_use", "thinking", "image"})
    void blocksOfOtherTypesCannotBeResumed(String type) {
        Continuation continuation = Continuation.of(StreamFormat.MESSAGES.request());

        continuation.observe(ByteSlice.of(START + BLOCK.formatted(0, type)));

        assertThat(continuation.canResume()).isFalse();
    }

    @Test
    void completeResponsesAreNotResumed() {
        for (StreamFormat format : StreamFormat.values()) {
            Continuation continuation = Continuation.of(format.request());
            List<String> events = format.events("a", List.of("b"));

            continuation.observe(ByteSlice.of(String.join("", events.subList(0, events.size() - 1))));

            assertThat(continuation.canResume()).isFalse();
        }
    }

    @Test
    void responsesBeyondTheBufferAreNotResumed() {
        Continuation continuation = Continuation.of(StreamFormat.CHAT.request());
        ByteSlice piece = ByteSlice.of(CHUNK.formatted("\"content\":\"" + "x".repeat(1 << 19) + "\""));
        for (int i = 0; i < 7; i++) {
            continuation.observe(piece);
            assertThat(continuation.canResume()).isTrue();
        }

        continuation.observe(piece);
        continuation.observe(piece);

        assertThat(continuation.canResume()).isFalse();
    }

    @Test
    void malformedEventsEndTheContinuation() {
        Continuation first = Continuation.of(StreamFormat.CHAT.request());
        first.observe(ByteSlice.of("data: {nonsense\n\n"));
        assertThat(first.canResume()).isFalse();

        Continuation second = Continuation.of(StreamFormat.CHAT.request());
        second.observe(ByteSlice.of(CHUNK.formatted("\"content\":\"a\"")));
        second.nextRequest(false);

        assertThat(second.resume(ByteSlice.of("data: {nonsense\n\n")).isEmpty()).isTrue();
        assertThat(second.diverged()).isTrue();
    }

    @Test
    void reasoningOfTheSecondModelIsRemovedAndItsCallsAreRenumbered() {
        Continuation continuation = Continuation.of(StreamFormat.MESSAGES.request());
        continuation.observe(ByteSlice.of(START + BLOCK.formatted(0, "text") + WORDS.formatted(0, "Let me see")));
        continuation.nextRequest(false);

        String seen = continuation
                .resume(ByteSlice.of(START
                        + BLOCK.formatted(0, "thinking")
                        + STOP.formatted(0)
                        + BLOCK.formatted(1, "text")
                        + WORDS.formatted(1, ", thus")
                        + STOP.formatted(1)
                        + BLOCK.formatted(2, "tool_use")
                        + STOP.formatted(2)
                        + BLOCK.formatted(3, "text")
                        + WORDS.formatted(3, "done")
                        + STOP.formatted(3)))
                .toText();

        assertThat(seen)
                .isEqualTo("event: content_block_delta\n" + WORDS.formatted(0, ", thus")
                        + STOP.formatted(0)
                        + BLOCK.formatted(1, "tool_use")
                        + STOP.formatted(1)
                        + BLOCK.formatted(2, "text")
                        + WORDS.formatted(2, "done")
                        + STOP.formatted(2));
        assertThat(continuation.canResume()).isFalse();
    }

    @Test
    void anOpenBlockIsClosedBeforeACall() {
        Continuation continuation = Continuation.of(StreamFormat.MESSAGES.request());
        continuation.observe(ByteSlice.of(START + BLOCK.formatted(0, "text") + WORDS.formatted(0, "Let me see")));
        continuation.nextRequest(false);

        String seen = continuation
                .resume(ByteSlice.of(START + BLOCK.formatted(0, "tool_use") + STOP.formatted(0)))
                .toText();

        assertThat(seen)
                .isEqualTo("event: content_block_stop\n" + STOP.formatted(0) + BLOCK.formatted(1, "tool_use")
                        + STOP.formatted(1));
    }

    @Test
    void heartbeatsPass() {
        Continuation continuation = Continuation.of(StreamFormat.CHAT.request());
        continuation.observe(ByteSlice.of(CHUNK.formatted("\"content\":\"a\"")));
        continuation.nextRequest(false);

        assertThat(continuation.resume(ByteSlice.of(": ping\n\n")).toText()).isEqualTo(": ping\n\n");
        assertThat(continuation.resumeComment("azure", "gpt-4o\n").toText())
                .isEqualTo(": sluice-continued azure/gpt-4o\n\n");
    }

    @Test
    void aResponsesInputMayBeATextOrAnEmptyList() {
        String said = "data: {\"type\":\"response.output_text.delta\",\"delta\":\"b\"}\n\n";
        Continuation text =
                Continuation.of(StreamFormat.RESPONSES.request("{\"input\":\"a\",\"model\":\"m\",\"stream\":true}"));
        Continuation none =
                Continuation.of(StreamFormat.RESPONSES.request("{\"input\":[ ],\"model\":\"m\",\"stream\":true}"));
        text.observe(ByteSlice.of(said));
        none.observe(ByteSlice.of(said));

        assertThat(text.nextRequest(true).body().toText())
                .isEqualTo("{\"input\":[{\"role\":\"user\",\"content\":\"a\"},"
                        + "{\"role\":\"assistant\",\"content\":\"b\"}],\"model\":\"m\",\"stream\":true}");
        assertThat(none.nextRequest(true).body().toText())
                .isEqualTo("{\"input\":[ {\"role\":\"assistant\",\"content\":\"b\"}],\"model\":\"m\",\"stream\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"background\":true", "\"text\":{\"format\":{\"type\":\"json_object\"}}"})
    void responsesOfOtherKindsCannotBeResumed(String member) {
        assertThat(Continuation.of(StreamFormat.RESPONSES.requestWith(member))).isNull();
    }

    @Test
    void aCallAfterAResponsesMessageEndsTheMessageFirst() {
        List<String> events = StreamFormat.RESPONSES.events("one", List.of("Let me see"));
        Continuation continuation = Continuation.of(StreamFormat.RESPONSES.request());
        continuation.observe(ByteSlice.of(String.join("", events.subList(0, 4))));
        continuation.nextRequest(false);
        String call =
                "{\"type\":\"function_call\",\"id\":\"fc\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}";

        String seen = continuation
                .resume(ByteSlice.of(events.getFirst()
                        + "data: {\"type\":\"response.output_item.added\",\"output_index\":0,"
                        + "\"item\":{\"type\":\"reasoning\",\"id\":\"rs\"}}\n\n"
                        + "data: {\"type\":\"response.output_item.added\",\"output_index\":1,\"item\":" + call + "}\n\n"
                        + "data: {\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":" + call + "}\n\n"
                        + "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"x\",\"output\":[]}}\n\n"))
                .toText();

        List<String> types = StreamFormat.data(seen).stream()
                .map(data -> WrittenRequests.tree(data).get("type").asText().substring(9))
                .toList();
        assertThat(types)
                .containsExactly(
                        "output_text.done",
                        "content_part.done",
                        "output_item.done",
                        "output_item.added",
                        "output_item.done",
                        "completed");
        var output = WrittenRequests.tree(StreamFormat.data(seen).getLast()).at("/response/output");
        assertThat(output.findValuesAsText("type")).contains("message", "output_text", "function_call");
        assertThat(output.at("/0/content/0/text").asText()).isEqualTo("Let me see");
        assertThat(output.at("/1/id").asText()).isEqualTo("fc");
    }
}
