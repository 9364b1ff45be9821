package dev.sluice.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.ResponseLimits;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.sse.EventFramer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Work is linear in the input, whatever its shape: four times the input is about four times the work. Work is counted,
 * not timed: bytes scanned, written and allocated; repeated copies of held bytes show in the allocation.
 */
class CodecWorkIsLinearTest {

    private static final int FEW = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Streams that repeat one event; {@code #} is its number. */
    private static final List<Arguments> ENDLESS = List.of(
            of("openai-chat", "", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}"),
            of("openai-chat", "", "{\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}"),
            of(
                    "openai-chat",
                    "",
                    "{\"choices\":[{\"delta\":{\"reasoning\":\"ab\"}}]}\n\n"
                        + "data: "
                        + "{\"choices\":[{\"delta\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"b\"}]}}]}"),
            of("openai-chat", "", "{\"citations\":[\"http://h/#\"],\"choices\":[]}"),
            of(
                    "openai-chat",
                    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\"}}]}}]}",
                    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\" \"}}]}}]}"),
            of(
                    "openai-responses",
                    "{\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}",
                    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a\"}"),
            of(
                    "openai-responses",
                    "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":"
                            + "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"\"}}",
                    "{\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\" \"}"),
            of(
                    "anthropic-messages",
                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}"),
            of(
                    "anthropic-messages",
                    "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\"}}",
                    "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\""
                            + " \"}}"),
            of(
                    "anthropic-messages",
                    "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}",
                    "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"signature_delta\",\"signature\":\"aa\"}}"),
            of(
                    "cohere-v2",
                    "{\"type\":\"message-start\",\"id\":\"m\"}",
                    "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"a\"}}}}"),
            of(
                    "cohere-v2",
                    "{\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":"
                            + "{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}}}}",
                    "{\"type\":\"tool-call-delta\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":"
                            + "{\"function\":{\"arguments\":\" \"}}}}}"),
            of(
                    "perplexity-agent",
                    "{\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}",
                    "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"[1]\"}"),
            of(
                    "perplexity-agent",
                    "{\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}",
                    "{\"type\":\"response.output_text.delta\",\"output_index\":#,\"content_index\":0,\"delta\":\"a\"}"));

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("endless")
    void workPerEventOfAnEndlessStreamIsConstant(ProviderProtocol provider, String first, String event) {
        for (ClientProtocol client : clients()) {
            Work warm = follow(client, provider, first, event, FEW);
            Work few = follow(client, provider, first, event, FEW);
            Work many = follow(client, provider, first, event, 4 * FEW);

            assertThat(warm.failed() || few.failed() || many.failed()).isFalse();
            assertThat(many.written())
                    .as("written for " + client.name())
                    .isLessThanOrEqualTo(5 * few.written() + 4_096);
            assertThat(many.allocated()).as("allocated for " + client.name()).isLessThanOrEqualTo(6 * few.allocated());
        }
    }

    /** An unlimited number of calls is refused, so that each fragment is compared with few. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        openai-chat | {"choices":[{"delta":{"tool_calls":[{"index":#,"function":{"name":"f","arguments":"{}"}}]}}]}
        openai-chat | {"choices":[{"delta":{"tool_calls":[{"index":#,"function":{"arguments":"{}"}}]}}]}
        openai-responses | {"type":"response.output_item.added","output_index":#,"item":{"type":"function_call","call_id":"c#","name":"f"}}
        anthropic-messages | {"type":"content_block_start","content_block":{"type":"tool_use","id":"t#","name":"f"}}
        cohere-v2 | {"type":"tool-call-start","index":#,"delta":{"message":{"tool_calls":{"id":"c#","function":{"name":"f"}}}}}
        perplexity-agent | {"type":"response.output_item.done","output_index":#,"item":{"type":"function_call","call_id":"c#","name":"f"}}
        """)
    void tooManyCallsAreRefused(String provider, String event) {
        StreamReader reader = reader(clients().getFirst(), Protocols.named(provider));

        reader.accept(stream("", event, 0, ResponseLimits.MAX_CALLS));
        assertThat(reader.error()).isNull();
        reader.accept(stream("", event, ResponseLimits.MAX_CALLS, 100_000));

        assertThat(reader.error().code()).isEqualTo("response_too_large");
    }

    /** A repeated source is written each time, up to a limit. */
    @ParameterizedTest
    @CsvSource("perplexity-agent")
    void outputIsBoundedByInput(String provider) {
        String url = "http://h/" + "u".repeat(400_000);
        String result =
                "{\"type\":\"response.reasoning.search_results\",\"results\":[{\"id\":1,\"url\":\"" + url + "\"}]}";
        String text = "{\"type\":\"response.output_text.delta\",\"delta\":\"" + "[1]".repeat(100_000) + "\"}";
        String end = "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}";
        StreamReader reader = reader(clients().getFirst(), Protocols.named(provider));

        long written = (long) reader.accept(stream("", result, 0, 1)).length()
                + reader.accept(stream("", text, 0, 1)).length()
                + reader.accept(stream("", end, 0, 1)).length();

        assertThat(reader.error().code()).isEqualTo("response_too_large");
        assertThat(written).isLessThan(3 * ResponseLimits.MAX_TEXT);
    }

    @ParameterizedTest
    @CsvSource({"1", "7", "4096"})
    void eachByteIsScannedOnceWhateverTheFragmentation(int chunk) {
        for (String event : List.of("a", "data: a\n\n", "data:\r\n\r\n", ":\r", "data: a\ndata: b\n", "\n", "\r\n")) {
            byte[] stream =
                    event.repeat(EventFramer.MAX_EVENT / 8 / event.length()).getBytes(StandardCharsets.UTF_8);
            EventFramer framer = new EventFramer();
            long copied = allocated();
            for (int from = 0; from < stream.length; from += chunk) {
                framer.feed(new ByteSlice(stream, from, Math.min(chunk, stream.length - from)));
                while (framer.next()) {
                    assertThat(framer.eventEnd()).isGreaterThan(framer.eventStart());
                }
                framer.release();
            }
            copied = allocated() - copied;

            assertThat(framer.examined()).as(event).isLessThanOrEqualTo(stream.length);
            assertThat(copied).as(event).isLessThan(600L * (stream.length / chunk) + 300L * stream.length);
        }
    }

    /** Requests as well, up to the largest accepted body. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void workOfARequestIsLinearInItsLength(String what, Surface surface, String before, String each, String after) {
        ClientProtocol client = Protocols.of(surface);
        for (ProviderProtocol provider : providers()) {
            long warm = encode(client, provider, before, each, after, FEW / 4);
            long few = encode(client, provider, before, each, after, FEW / 4);
            long many = encode(client, provider, before, each, after, FEW);

            assertThat(warm).isPositive();
            assertThat(many).as(what + " to " + provider.name()).isLessThanOrEqualTo(6 * few);
        }
    }

    static Stream<Arguments> endless() {
        return ENDLESS.stream();
    }

    static Stream<Arguments> requests() {
        String user = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"?\"}";
        String call = "{\"id\":\"c#\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        return Stream.of(
                Arguments.of(
                        "turns",
                        Surface.CHAT_COMPLETIONS,
                        user,
                        ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}",
                        "]}"),
                Arguments.of(
                        "calls",
                        Surface.CHAT_COMPLETIONS,
                        user + ",{\"role\":\"assistant\",\"tool_calls\":[" + call.replace("#", "-"),
                        "," + call,
                        "]},{\"role\":\"tool\",\"tool_call_id\":\"c-\",\"content\":\"r\"}]}"),
                Arguments.of(
                        "calls and results",
                        Surface.CHAT_COMPLETIONS,
                        user,
                        ",{\"role\":\"assistant\",\"tool_calls\":[" + call
                                + "]},{\"role\":\"tool\",\"tool_call_id\":\"c#\",\"content\":\"r\"}",
                        "]}"));
    }

    private static Arguments of(String provider, String first, String event) {
        return Arguments.of(Protocols.named(provider), first, event);
    }

    private record Work(long written, long allocated, boolean failed) {}

    private static Work follow(
            ClientProtocol client, ProviderProtocol provider, String first, String event, int times) {
        ByteSlice stream = stream(first, event, 0, times);
        StreamReader reader = reader(client, provider);
        long before = allocated();
        long written = 0;
        for (int from = 0; from < stream.length(); from += 1_024) {
            int length = Math.min(1_024, stream.length() - from);
            written += reader.accept(new ByteSlice(stream.array(), stream.offset() + from, length))
                    .length();
        }
        return new Work(written, allocated() - before, reader.error() != null);
    }

    private static long encode(
            ClientProtocol client, ProviderProtocol provider, String before, String each, String after, int times) {
        StringBuilder body = new StringBuilder(before);
        for (int i = 0; i < times; i++) {
            body.append(each.replace("#", String.valueOf(i)));
        }
        ClientRequest request =
                Protocols.read(client.surface(), ByteSlice.of(body.append(after).toString()));
        long start = allocated();
        provider.encode(client.decode(request), UpstreamModels.of("m"), new DroppedParameters());
        return allocated() - start;
    }

    private static ByteSlice stream(String first, String event, int from, int to) {
        StringBuilder stream = new StringBuilder(first.isEmpty() ? "" : "data: " + first + "\n\n");
        for (int i = from; i < to; i++) {
            stream.append("data: ")
                    .append(event.replace("#", String.valueOf(i)))
                    .append("\n\n");
        }
        return ByteSlice.of(stream.toString());
    }

    private static StreamReader reader(ClientProtocol client, ProviderProtocol provider) {
        String request = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],\"input\":\"?\","
                + "\"max_tokens\":99,\"stream\":true}";
        return new TranslatingCodec(
                        client,
                        provider,
                        Protocols.read(client.surface(), ByteSlice.of(request)),
                        UpstreamModels.of("m"),
                        new TranslatingCodec.Identity(0, null))
                .reader();
    }

    private static List<ClientProtocol> clients() {
        List<ClientProtocol> clients = new ArrayList<>();
        for (Surface surface : List.of(Surface.CHAT_COMPLETIONS, Surface.RESPONSES, Surface.MESSAGES)) {
            clients.add(Protocols.of(surface));
        }
        return clients;
    }

    private static List<ProviderProtocol> providers() {
        return ENDLESS.stream()
                .map(arguments -> (ProviderProtocol) arguments.get()[0])
                .distinct()
                .sorted((a, b) -> a.name().toLowerCase(Locale.ROOT).compareTo(b.name()))
                .toList();
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
