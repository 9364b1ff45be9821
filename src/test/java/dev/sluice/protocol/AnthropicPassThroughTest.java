package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.Protocol;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Anthropic's format on both sides: bytes pass through, and the end and usage of the response are read from them. */
class AnthropicPassThroughTest {

    private static final String START = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x-20261001","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_read_input_tokens":7,"cache_creation_input_tokens":3,"output_tokens":1}}}

        """;

    private static final String TEXT = """
        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type":"ping"}

        : a comment

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße \\"message_stop\\" {\\"usage\\":{\\"output_tokens\\":999}}"}}

        event: something_new
        data: {"type":"something_new","usage":null}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        """;

    private static final String DELTA = """
        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":42,"output_tokens_details":{"thinking_tokens":30}}}

        """;

    private static final String STOP = """
        event: message_stop
        data: {"type":"message_stop"}

        """;

    private static final Usage USAGE = new Usage(35, 42, 7, 3, 30, Usage.NO_COST, true);

    private final Protocol protocol = (Protocol) Protocols.of(Surface.MESSAGES);

    @Test
    void aWholeStreamPassesByteForByte() {
        Replay replay = replayed(START + TEXT + DELTA + STOP);

        assertThat(replay).isEqualTo(new Replay(START + TEXT + DELTA + STOP, true, true, null, USAGE));
    }

    @Test
    void bytesAfterTheEndDoNotPass() {
        assertThat(replayed(START + STOP + TEXT).output()).isEqualTo(START + STOP);
    }

    @Test
    void aStreamWithoutItsEndIsTruncated() {
        Replay replay = replayed(START + TEXT + DELTA);

        assertThat(replay.complete()).isFalse();
        assertThat(replay.error().kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(replay.output()).isEqualTo(START + TEXT + DELTA);
        assertThat(replay.usage()).isEqualTo(USAGE);
    }

    @Test
    void anErrorEventEndsTheStreamAndDoesNotPass() {
        String error = """
            event: error
            data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}

            """;

        Replay named = replayed(START + error + STOP);
        Replay unnamed = replayed(START + error.substring(error.indexOf("data")) + STOP);

        assertThat(named.output()).isEqualTo(START);
        assertThat(named.error().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(unnamed).isEqualTo(named);
    }

    @Test
    void aPingAndTheOpeningDoNotStartTheResponse() {
        StreamReader reader = reader();

        ByteSlice passed = reader.accept(ByteSlice.of("event: ping\ndata: {\"type\":\"ping\"}\n\n"));
        reader.accept(ByteSlice.of(START));

        assertThat(passed.isEmpty()).isTrue();
        assertThat(reader.started()).isFalse();
        reader.accept(ByteSlice.of(TEXT));
        assertThat(reader.started()).isTrue();
    }

    /** Claude Code drops its thinking blocks when the response has another name than it asked for. */
    @Test
    void theResponseHasTheRequestedModelWhereSluiceSentAnother() {
        ClientRequest request = request("anthropic/claude-x");
        String whole = "{\"id\":\"msg_1\",\"model\" : \"claude-x-20261001\",\"content\":[{\"model\":\"no\"}]}";

        String stream = Replay.of(
                        protocol.reader(request, target("claude-x")),
                        (START + TEXT + STOP).getBytes(StandardCharsets.UTF_8))
                .output();
        String response = protocol.respond(ByteSlice.of(whole), request, target("claude-x"))
                .toText();

        assertThat(stream).isEqualTo((START + TEXT + STOP).replace("claude-x-20261001", "anthropic/claude-x"));
        assertThat(response).isEqualTo(whole.replace("claude-x-20261001", "anthropic/claude-x"));
        assertThat(protocol.respond(ByteSlice.of("{\"input_tokens\":3}"), request, target("claude-x"))
                        .toText())
                .isEqualTo("{\"input_tokens\":3}");
    }

    @Test
    void aNameThatTheProviderWasAskedForIsAnsweredByTheProvider() {
        ByteSlice whole = ByteSlice.of("{\"model\":\"claude-x-20261001\"}");

        assertThat(protocol.respond(whole, request("claude-x"), target("claude-x")))
                .isSameAs(whole);
    }

    @Test
    void malformedEventsAreUpstreamErrors() {
        assertThat(replayed(START + "data: {\"type\":\n\n" + STOP).error().kind())
                .isEqualTo(Kind.UPSTREAM);
        assertThat(replayed(START + "data: 7\n\n" + STOP).error()).isNotNull();
    }

    @Test
    void usageOfACompleteResponseIsRead() {
        String response = "{\"id\":\"msg_1\",\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"usage\"}],"
                + "\"usage\":{\"input_tokens\":25,\"cache_read_input_tokens\":7,\"cache_creation_input_tokens\":3,"
                + "\"output_tokens\":42,\"output_tokens_details\":{\"thinking_tokens\":30},\"service_tier\":null}}";

        assertThat(protocol.usage(ByteSlice.of(response), Quirks.NONE)).isEqualTo(USAGE);
        assertThat(protocol.usage(ByteSlice.of("{\"type\":\"message\",\"usage\":null}"), Quirks.NONE))
                .isEqualTo(Usage.UNKNOWN);
        assertThat(protocol.usage(ByteSlice.of("no"), Quirks.NONE)).isEqualTo(Usage.UNKNOWN);
    }

    @Test
    void onlyTheModelChangesInTheRequest() {
        String body = "{ \"model\" : \"claude\", \"max_tokens\":1.0, \"stream\":true, \"x\":{\"b\":1,\"a\":2},"
                + " \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}] }";
        ClientRequest request = Protocols.read(protocol.surface(), ByteSlice.of(body));

        assertThat(protocol.forward(request, "claude-x", Quirks.NONE).joined().toText())
                .isEqualTo(body.replace("\"claude\"", "\"claude-x\""));
    }

    /** The result of reading the stream, which must be equal for all fragmentations and line ends. */
    private Replay replayed(String stream) {
        Replay first = null;
        for (String lineEnd : List.of("\r", "\r\n", "\n")) {
            byte[] bytes = stream.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
            Replay whole = Replay.of(reader(), bytes);
            assertThat(Replay.byteByByte(reader(), bytes)).isEqualTo(whole);
            for (int cut = 0; cut <= bytes.length; cut++) {
                assertThat(Replay.of(reader(), bytes, cut)).isEqualTo(whole);
            }
            first = whole;
        }
        return first;
    }

    private StreamReader reader() {
        return protocol.reader(request("m"), Quirks.NONE);
    }

    private ClientRequest request(String model) {
        String body = "{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[{}]}";
        return Protocols.read(protocol.surface(), ByteSlice.of(body));
    }

    private static UpstreamModel target(String model) {
        return new UpstreamModel("up", null, model, null, Quirks.NONE, ModelFacts.UNKNOWN);
    }
}
