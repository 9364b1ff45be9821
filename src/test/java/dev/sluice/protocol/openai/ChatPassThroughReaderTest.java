package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.protocol.Replay;
import dev.sluice.protocol.sse.EventFramer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatPassThroughReaderTest {

    private static final String CHUNK =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
    private static final String LAST =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final ChatPassThroughReader reader = new ChatPassThroughReader(true, false);

    @Test
    void wholeEventsPassAsTheSameChunk() {
        ByteSlice chunk = ByteSlice.of(CHUNK + CHUNK);

        assertThat(reader.accept(chunk)).isSameAs(chunk);
    }

    @Test
    void incompleteEventIsHeldBack() {
        assertThat(reader.accept(ByteSlice.of(CHUNK + CHUNK.substring(0, 20))).toText())
                .isEqualTo(CHUNK);
        assertThat(reader.accept(ByteSlice.of(CHUNK.substring(20, 30))).isEmpty())
                .isTrue();
        assertThat(reader.accept(ByteSlice.of(CHUNK.substring(30) + CHUNK)).toText())
                .isEqualTo(CHUNK + CHUNK);
    }

    @Test
    void passedBytesAreNeverWrittenTo() {
        ByteSlice first = reader.accept(ByteSlice.of(CHUNK.substring(0, 9)));
        ByteSlice second = reader.accept(ByteSlice.of(CHUNK.substring(9) + CHUNK.substring(0, 7)));
        reader.accept(ByteSlice.of("x".repeat(5_000)));

        assertThat(first.isEmpty()).isTrue();
        assertThat(second.toText()).isEqualTo(CHUNK);
    }

    @Test
    void onlyDataStartsTheResponse() {
        assertThat(reader.accept(ByteSlice.of("\n: wait\n\nretry: 3\n\ndata:\n\ndata:  \n\n"))
                        .isEmpty())
                .isTrue();
        assertThat(reader.started()).isFalse();
        assertThat(reader.accept(ByteSlice.of(CHUNK + ": wait\n\n")).toText()).isEqualTo(CHUNK + ": wait\n\n");
        assertThat(reader.started()).isTrue();
    }

    @Test
    void theMarkerEndsTheStreamAndLaterBytesAreIgnored() {
        Replay replay = Replay.of(reader, bytes(CHUNK + "data:  [DONE] \n\n" + CHUNK + "garbage"));

        assertThat(replay.complete()).isTrue();
        assertThat(replay.output()).isEqualTo(CHUNK + "data:  [DONE] \n\n");
    }

    @Test
    void usageIsReadButHidden() {
        Replay replay = Replay.of(reader, bytes(CHUNK + LAST + USAGE + DONE));

        assertThat(replay.output()).isEqualTo(CHUNK + LAST + DONE);
        assertThat(replay.usage().completionTokens()).isEqualTo(2);
    }

    @Test
    void dataMaySpanSeveralLines() {
        String event = "event: x\n"
                + "data: {\"choices\":[{\"index\":0,\n"
                + "data:\"finish_reason\":\"stop\"}],\n"
                + ": c\n"
                + "data: \"usage\":{\n"
                + "data:\"prompt_tokens\":5},\"z\":1}\n\n";

        Replay replay = Replay.of(reader, bytes(event + DONE));

        assertThat(replay.usage().promptTokens()).isEqualTo(5);
        assertThat(replay.output())
                .isEqualTo("event: x\n"
                        + "data: {\"choices\":[{\"index\":0,\n"
                        + "data:\"finish_reason\":\"stop\"}],\n"
                        + ": c\n"
                        + "data: \"usage\":null,\"z\":1}\n\n"
                        + DONE);
        assertThat(replay.error()).isNull();
    }

    @Test
    void aLineBreakInsideAStringIsNotJson() {
        Replay replay = Replay.of(reader, bytes("data: {\"a\":\"b\ndata: c\"}\n\n"));

        assertThat(replay.error().code()).isEqualTo("malformed_event");
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(Replay.byteByByte(reader, bytes("\ufeff" + CHUNK + DONE)).output())
                .isEqualTo(CHUNK + DONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data: {\"a\":}\n\n", "data: hello\n\n", "data: {} {}\n\n", "data: 42\n\n", "data: [1]\n\n"})
    void malformedEventFailsTheStream(String event) {
        Replay replay = Replay.of(reader, bytes(CHUNK + event + CHUNK + DONE));

        assertThat(replay.output()).isEqualTo(CHUNK);
        assertThat(replay.complete()).isFalse();
        assertThat(replay.error().kind()).isEqualTo(Kind.UPSTREAM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"m\"}}\n\n",
                "data: {\"error\":\"m\",\"code\":\"c\"}\n\n",
                "data: [{\"error\":{\"message\":\"m\",\"code\":500}}]\n\n",
                "data: {\"choices\":[],\"x_groq\":{\"error\":\"m\"}}\n\n",
                "data: {\"choices\":[{\"index\":0,\"error\":{\"message\":\"m\",\"code\":502}}]}\n\n",
                "data: {\"object\":\"error\",\"message\":\"m\"}\n\n",
                "event: error\ndata: {\"message\":\"m\"}\n\n",
                "event: error\ndata: m\n\n",
            })
    void errorEventIsHeldBackWhereverTheErrorIs(String event) {
        Replay replay = Replay.of(reader, bytes(event));

        assertThat(replay.output()).isEmpty();
        assertThat(replay.started()).isFalse();
        assertThat(replay.error().kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(replay.error().message()).matches("the provider (failed|responded with status 50[02]): m");
    }

    @Test
    void placeholderOfAMissingErrorIsIgnored() {
        String chunk = "data: {\"error\":null,\"choices\":[{\"error\":\"None\",\"finish_reason\":\"stop\"}]}\n\n";

        assertThat(Replay.of(reader, bytes(chunk + DONE)).output()).isEqualTo(chunk + DONE);
    }

    @Test
    void aStreamWithoutEndIsTruncated() {
        Replay replay = Replay.of(reader, bytes(CHUNK + CHUNK));

        assertThat(replay.output()).isEqualTo(CHUNK + CHUNK);
        assertThat(replay.error().kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(replay.error().message()).isEqualTo("stream ended after 2 events without its terminal marker");
    }

    @Test
    void missingMarkerIsAddedOnlyWhenEveryChoiceIsFinished() {
        String second = CHUNK.replace("\"index\":0", "\"index\":1");

        assertThat(Replay.of(reader, bytes(CHUNK + second + LAST)).error().kind())
                .isEqualTo(Kind.TRUNCATED);
        Replay replay = Replay.of(new ChatPassThroughReader(true, false), bytes(CHUNK + LAST));
        assertThat(replay.output()).isEqualTo(CHUNK + LAST + DONE);
        assertThat(replay.complete()).isTrue();
    }

    @Test
    void noMarkerIsAddedToAStreamCutInsideAnEvent() {
        Replay replay = Replay.of(reader, bytes(CHUNK + LAST + USAGE.substring(0, 40)));

        assertThat(replay.output()).isEqualTo(CHUNK + LAST);
        assertThat(replay.error().kind()).isEqualTo(Kind.TRUNCATED);
    }

    @Test
    void anEmptyStreamIsTruncated() {
        assertThat(Replay.of(reader, new byte[0]).error().message())
                .isEqualTo("stream ended after 0 events without its terminal marker");
    }

    @Test
    void eventSizeIsBounded() {
        String frame = "data: {\"choices\":[],\"x\":\"\"}\n\n";
        String most = frame.replace("\"\"", "\"" + "x".repeat(EventFramer.LARGEST_EVENT - frame.length()) + "\"");

        assertThat(Replay.of(new ChatPassThroughReader(true, false), bytes(most + DONE))
                        .complete())
                .isTrue();
        for (int cut : List.of(1, 1 << 19, most.length() - 1)) {
            Replay replay =
                    Replay.of(new ChatPassThroughReader(true, false), bytes(most.replace("xx", "xxx") + DONE), cut);
            assertThat(replay.error().code()).isEqualTo("event_too_large");
            assertThat(replay.output()).isEmpty();
        }
        assertThat(Replay.of(reader, bytes("data: " + "x".repeat(EventFramer.LARGEST_EVENT)))
                        .error()
                        .code())
                .isEqualTo("event_too_large");
    }

    @Test
    void endlessEventFailsAtTheBound() {
        ByteSlice piece = ByteSlice.of("x".repeat(1 << 16));
        for (int i = 0; i <= EventFramer.LARGEST_EVENT / piece.length(); i++) {
            assertThat(reader.error()).isNull();
            reader.accept(piece);
        }

        assertThat(reader.error().code()).isEqualTo("event_too_large");
    }

    @Test
    void readerHoldsAtMostOneEvent() {
        reader.accept(ByteSlice.of(CHUNK.substring(0, 20)));
        for (int i = 0; i < 10_000; i++) {
            reader.accept(ByteSlice.of(CHUNK.substring(20) + CHUNK.substring(0, 20)));
        }

        assertThat(reader.framer().array().length).isLessThan(2_000);
    }

    @Test
    void eachByteIsScannedOnce() {
        String frame = "data: {\"choices\":[],\"x\":\"\"}\n\n";
        byte[] stream = bytes(frame.replace("\"\"", "\"" + "x".repeat((1 << 20) - 100) + "\"") + DONE);

        Replay replay = Replay.byteByByte(reader, stream);

        assertThat(replay.complete()).isTrue();
        assertThat(reader.framer().examined()).isLessThanOrEqualTo(stream.length);
    }

    @Property(tries = 2_000)
    void streamDoesNotDependOnFragmentation(
            @ForAll("streams") String stream, @ForAll boolean hides, @ForAll Random random) {
        byte[] bytes = bytes(stream);
        Replay whole = Replay.of(new ChatPassThroughReader(hides, false), bytes);
        int[] cuts =
                random.ints(random.nextInt(8), 0, bytes.length + 1).sorted().toArray();

        assertThat(Replay.of(new ChatPassThroughReader(hides, false), bytes, cuts))
                .isEqualTo(whole);
        assertThat(Replay.byteByByte(new ChatPassThroughReader(hides, false), bytes))
                .isEqualTo(whole);
    }

    @Provide
    Arbitrary<String> streams() {
        Arbitrary<String> pieces = Arbitraries.of(
                CHUNK,
                CHUNK,
                CHUNK,
                LAST,
                USAGE,
                DONE,
                ": c\n\n",
                "\n",
                "\r",
                "\r\n",
                "data",
                "data: {}",
                "data:\n",
                "\ufeff",
                "event: error\n",
                "event: x\n",
                "id: 7\n",
                "{\"choices\":",
                "\u6f22",
                "data: {\"error\":{}}\n\n",
                "data: {\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3}}\n\n",
                CHUNK.replace("\n", "\r\n"),
                USAGE.replace("\n", "\r\n"),
                LAST.replace("\n", "\r"),
                DONE.replace("\n", "\r\n"));
        return pieces.list().ofMaxSize(10).map(list -> String.join("", list));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
