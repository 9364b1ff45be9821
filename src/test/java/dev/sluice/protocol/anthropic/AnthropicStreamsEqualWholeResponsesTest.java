package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.FinishReason;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.StreamEqualsWhole;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A response is the same whether it is complete or streamed, in pieces of any size and with parallel calls. */
class AnthropicStreamsEqualWholeResponsesTest {

    private static final UpstreamModel MODEL = new UpstreamModel(
            "p", UpstreamModels.variant("anthropic"), "claude", null, Quirks.NONE, ModelFacts.UNKNOWN);

    private static final ChatRequest REQUEST =
            new ChatRequest("claude", List.of(), List.of(), null, null, null, Map.of(), true, true);

    private final AnthropicProtocol protocol = new AnthropicProtocol();

    @Property(tries = 300)
    void aCompleteResponseIsDecodedAsItWasEncoded(@ForAll("responses") ChatResponse response) {
        ByteSlice written = protocol.encode(response, REQUEST);

        assertThat(protocol.errorOf(200, written)).isNull();
        assertThat(protocol.decode(written, MODEL)).isEqualTo(response);
        assertThat(protocol.usage(written, Quirks.NONE)).isEqualTo(response.usage());
    }

    @Property(tries = 300)
    void aStreamDecodesToTheCompleteResponse(
            @ForAll("responses") ChatResponse response, @ForAll @IntRange(min = 1, max = 9) int size) {
        EventBytes out = new EventBytes();
        AnthropicStreamEncoder writer = new AnthropicStreamEncoder(REQUEST);

        events(response, size).forEach(event -> writer.write(event, out));
        writer.end(response.usage(), out);

        ByteSlice stream = out.drain();
        assertThat(StreamEqualsWhole.assembled(new AnthropicStreamDecoder(), stream))
                .isEqualTo(response);
        assertOneBlockAfterAnother(stream.toText());
    }

    @Property(tries = 1_000)
    void theDecoderThrowsOnlyGatewayExceptions(@ForAll("anything") List<JsonNode> events) {
        AnthropicStreamDecoder decoder = new AnthropicStreamDecoder();

        assertThatCode(() -> {
                    try {
                        events.forEach(event -> decoder.decode(event, ignored -> {}));
                    } catch (GatewayException expected) {
                        assertThat(expected.error().message()).isNotBlank();
                    }
                })
                .doesNotThrowAnyException();
        assertThatCode(() -> {
                    try {
                        protocol.decode(Json.bytes(events.getFirst()), MODEL);
                    } catch (GatewayException expected) {
                        assertThat(expected.error().message()).isNotBlank();
                    }
                })
                .doesNotThrowAnyException();
    }

    private static void assertOneBlockAfterAnother(String stream) {
        int open = -1;
        int next = 0;
        for (String line :
                stream.lines().filter(each -> each.startsWith("data: ")).toList()) {
            JsonNode event = Json.readOrNull(line.substring(6));
            switch (event.get("type").textValue()) {
                case "content_block_start" -> {
                    assertThat(open).isEqualTo(-1);
                    open = event.get("index").intValue();
                    assertThat(open).isEqualTo(next++);
                }
                case "content_block_delta" ->
                    assertThat(event.get("index").intValue()).isEqualTo(open);
                case "content_block_stop" -> {
                    assertThat(event.get("index").intValue()).isEqualTo(open);
                    open = -1;
                }
                default -> {}
            }
        }
        assertThat(open).isEqualTo(-1);
    }

    /** Consecutive calls are streamed in parallel and end together. */
    private static List<ResponseEvent> events(ChatResponse response, int size) {
        List<ResponseEvent> events = new ArrayList<>();
        events.add(new ResponseEvent.Started(response.id(), response.model(), 0));
        List<List<ResponseEvent>> abreast = new ArrayList<>();
        int calls = 0;
        for (ContentPart part : response.parts()) {
            if (part instanceof ContentPart.ToolCall call) {
                int number = calls++;
                events.add(new ResponseEvent.ToolCallStarted(number, call.id(), call.name(), null));
                List<ResponseEvent> fragments = new ArrayList<>();
                pieces(call.arguments(), size)
                        .forEach(piece -> fragments.add(new ResponseEvent.ToolCallDelta(number, piece)));
                abreast.add(fragments);
                continue;
            }
            interleave(abreast, events);
            other(part, size, events);
        }
        interleave(abreast, events);
        for (int i = 0; i < calls; i++) {
            events.add(new ResponseEvent.ToolCallEnded(i));
        }
        events.add(new ResponseEvent.UsageReported(response.usage()));
        events.add(new ResponseEvent.Finished(response.finishReason(), response.stopSequence()));
        return events;
    }

    private static void other(ContentPart part, int size, List<ResponseEvent> events) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text(), size).forEach(piece -> events.add(ResponseEvent.TextDelta.of(piece)));
            events.add(new ResponseEvent.PartEnded());
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            pieces(reasoning.text(), size).forEach(piece -> events.add(new ResponseEvent.ReasoningDelta(piece)));
            events.add(
                    reasoning.opaque() == null
                            ? new ResponseEvent.PartEnded()
                            : new ResponseEvent.ReasoningSigned(reasoning.opaque()));
        } else if (part instanceof ContentPart.Native nativePart) {
            events.add(new ResponseEvent.NativePart(nativePart));
        }
    }

    private static void interleave(List<List<ResponseEvent>> abreast, List<ResponseEvent> events) {
        for (int i = 0; abreast.stream().anyMatch(list -> !list.isEmpty()); i++) {
            List<ResponseEvent> list = abreast.get(i % abreast.size());
            if (!list.isEmpty()) {
                events.add(list.removeFirst());
            }
        }
        abreast.clear();
    }

    private static List<String> pieces(String text, int size) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < text.length(); i += size) {
            pieces.add(text.substring(i, Math.min(text.length(), i + size)));
        }
        return pieces;
    }

    @Provide
    Arbitrary<ChatResponse> responses() {
        return Combinators.combine(
                        parts().list().ofMaxSize(6),
                        Arbitraries.of(FinishReason.class),
                        words().injectNull(0.5),
                        Arbitraries.longs()
                                .between(0, 100_000)
                                .array(long[].class)
                                .ofSize(5))
                .as((parts, finishReason, stop, counts) -> {
                    boolean calls = parts.stream().anyMatch(ContentPart.ToolCall.class::isInstance);
                    FinishReason why =
                            calls && finishReason == FinishReason.STOP ? FinishReason.TOOL_CALLS : finishReason;
                    long prompt = counts[0] + counts[1] + counts[2];
                    return new ChatResponse(
                            "msg_1",
                            "claude",
                            0,
                            parts,
                            why,
                            why == FinishReason.STOP ? stop : null,
                            List.of(),
                            new Usage(prompt, counts[3], counts[1], counts[2], counts[4], Usage.NO_COST, true));
                });
    }

    private static Arbitrary<ContentPart> parts() {
        Arbitrary<ContentPart> texts = words().map(ContentPart.Text::of);
        Arbitrary<ContentPart> thoughts = Combinators.combine(words(), words().injectNull(0.3))
                .as((text, signature) -> new ContentPart.Reasoning(text, seal(signature, null)));
        Arbitrary<ContentPart> redacted = words().map(data -> new ContentPart.Reasoning("", seal(null, data)));
        Arbitrary<ContentPart> omitted = words().map(signature -> new ContentPart.Reasoning("", seal(signature, null)));
        Arbitrary<ContentPart> calls = Combinators.combine(words(), words(), words())
                .as((id, name, value) -> ContentPart.ToolCall.of(
                        id, name, Json.text(Json.object().put(value, 1).put("x" + value, value))));
        Arbitrary<ContentPart> natives = words().map(value -> new ContentPart.Native(
                AnthropicProtocol.NAME,
                Json.object().put("type", "server_tool_use").put("id", value).set("input", Json.object())));
        return Arbitraries.oneOf(texts, thoughts, redacted, omitted, calls, natives);
    }

    private static ContentPart.OpaqueReasoning seal(String signature, String encrypted) {
        boolean none = signature == null && encrypted == null;
        return none ? null : new ContentPart.OpaqueReasoning(AnthropicProtocol.NAME, null, signature, encrypted);
    }

    private static Arbitrary<String> words() {
        return Arbitraries.strings()
                .withChars("ab{}\"\\\n\r\t é漢:")
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    @Provide
    Arbitrary<List<JsonNode>> anything() {
        Arbitrary<JsonNode> leaves = Arbitraries.of(
                        "null", "true", "-1", "1e99", "\"\"", "\"x\"", "[]", "{}", "[1,{}]", "\"text\"", "\"tool_use\"")
                .map(Json::readOrNull);
        Arbitrary<JsonNode> inner = objects(leaves);
        Arbitrary<JsonNode> deep = objects(Arbitraries.oneOf(leaves, inner));
        return objects(Arbitraries.oneOf(leaves, inner, deep))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    private static Arbitrary<JsonNode> objects(Arbitrary<JsonNode> values) {
        Arbitrary<String> names = Arbitraries.of(
                "message",
                "content_block",
                "delta",
                "usage",
                "content",
                "id",
                "name",
                "input",
                "text",
                "thinking",
                "signature",
                "data",
                "citations",
                "citation",
                "partial_json",
                "stop_reason",
                "stop_details",
                "explanation",
                "error",
                "output_tokens_details",
                "input_tokens");
        Arbitrary<String> types = Arbitraries.of(
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop",
                "error",
                "ping",
                "text",
                "thinking",
                "redacted_thinking",
                "tool_use",
                "web_search_tool_result");
        return Combinators.combine(
                        types.injectNull(0.1), Arbitraries.maps(names, values).ofMaxSize(5))
                .as((type, members) -> {
                    ObjectNode object = Json.object().put("type", type);
                    members.forEach(object::set);
                    return object;
                });
    }
}
