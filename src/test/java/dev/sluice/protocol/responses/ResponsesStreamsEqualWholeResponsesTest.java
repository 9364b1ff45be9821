package dev.sluice.protocol.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.StreamEqualsWhole;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A streamed response equals the complete one, for clients and from providers. */
class ResponsesStreamsEqualWholeResponsesTest {

    private static final ResponsesProtocol PROTOCOL = new ResponsesProtocol();
    private static final ClientRequest CLIENT = Protocols.read(
            PROTOCOL.surface(), ByteSlice.of("{\"model\":\"m\",\"input\":\"?\",\"stream\":true,\"temperature\":0.5}"));
    private static final ChatRequest REQUEST = PROTOCOL.decode(CLIENT);
    private static final UpstreamModel TARGET =
            new UpstreamModel("p", UpstreamModels.variant("openai"), "m", null, Quirks.NONE, ModelFacts.UNKNOWN);

    @Property(tries = 2_000)
    void theLastEventHasTheCompleteResponse(@ForAll long seed) {
        List<ResponseEvent> response = RandomResponseEvents.of(seed);

        List<JsonNode> events = written(response);

        assertThat(events.getLast().get("response")).isEqualTo(whole(response));
    }

    @Property(tries = 1_000)
    void aStreamDecodesToTheCompleteResponse(@ForAll long seed) {
        List<ResponseEvent> response = RandomResponseEvents.of(seed);

        ChatResponse streamed = StreamEqualsWhole.assembled(PROTOCOL.streamDecoder(TARGET), stream(response));

        assertThat(streamed).isEqualTo(PROTOCOL.decode(Json.bytes(whole(response)), TARGET));
    }

    @Property(tries = 500)
    void doneEventsSupplyTextMissingFromDeltas(@ForAll long seed) {
        List<ResponseEvent> response = RandomResponseEvents.of(seed);
        ResponseAssembler assembler = new ResponseAssembler();
        ResponsesStreamDecoder decoder = new ResponsesStreamDecoder();

        written(response).stream()
                .filter(event -> !event.get("type").textValue().endsWith(".delta"))
                .forEach(event -> decoder.decode(event, assembler::add));

        assertThat(assembler.response()).isEqualTo(PROTOCOL.decode(Json.bytes(whole(response)), TARGET));
    }

    @Property(tries = 500)
    void eventsAreNumberedAndEachItemAndPartIsClosedOnce(@ForAll long seed) {
        List<JsonNode> events = written(RandomResponseEvents.of(seed));
        Set<String> opened = new HashSet<>();
        Map<Integer, String> ids = new HashMap<>();

        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            String type = event.get("type").textValue();
            assertThat(event.get("sequence_number").intValue()).isEqualTo(i);
            String place =
                    event.path("output_index") + " " + event.path("content_index") + " " + event.path("summary_index");
            if (type.endsWith(".added") && !type.contains("annotation")) {
                assertThat(opened.add(place)).isTrue();
            }
            if (type.equals("response.output_item.done") || type.endsWith("_part.done")) {
                assertThat(opened.remove(place)).isTrue();
            }
            if (event.has("item_id") || event.has("item")) {
                String id = event.path("item")
                        .path("id")
                        .asText(event.path("item_id").asText());
                String before = ids.putIfAbsent(event.get("output_index").intValue(), id);
                assertThat(before == null || before.equals(id)).isTrue();
            }
        }
        assertThat(opened).isEmpty();
    }

    @Property(tries = 200)
    void passThroughReadsTheSameEndAndUsage(@ForAll long seed) {
        ByteSlice stream = stream(RandomResponseEvents.of(seed));
        Random random = new Random(seed);
        StreamReader reader = PROTOCOL.reader(CLIENT, Quirks.NONE);
        StringBuilder passed = new StringBuilder();
        int at = 0;
        byte[] bytes = stream.toBytes();
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(300));
            passed.append(
                    new String(reader.accept(new ByteSlice(bytes, at, length)).toBytes(), StandardCharsets.ISO_8859_1));
            at += length;
        }

        assertThat(passed).hasToString(new String(bytes, StandardCharsets.ISO_8859_1));
        assertThat(reader.complete()).isTrue();
        assertThat(reader.usage()).isEqualTo(new Usage(9, 7, 3, 2, 1, Usage.NO_COST, true));
    }

    @Property(tries = 3_000)
    void malformedEventsAreRefused(@ForAll long seed) {
        Random random = new Random(seed);
        List<JsonNode> events = written(RandomResponseEvents.of(seed));
        ResponsesStreamDecoder decoder = new ResponsesStreamDecoder();
        ResponseAssembler assembler = new ResponseAssembler();
        try {
            for (JsonNode event : events) {
                decoder.decode(damaged(event, random), assembler::add);
            }
            PROTOCOL.decode(Json.bytes(damaged(events.getLast().get("response"), random)), TARGET);
        } catch (GatewayException refused) {
            assertThat(refused.error().message()).isNotBlank();
        }
        ByteSlice request = Json.bytes(damaged(
                Json.readOrNull("{\"model\":\"m\",\"instructions\":\"i\",\"input\":[{\"role\":\"user\",\"content\":"
                    + "[{\"type\":\"input_image\",\"image_url\":\"u\"},{\"type\":\"input_file\",\"file_id\":\"f\"}]},"
                    + "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"n\",\"arguments\":\"{}\"},"
                    + "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"o\"},"
                    + "{\"type\":\"reasoning\",\"id\":\"r\",\"summary\":[{\"text\":\"t\"}],\"encrypted_content\":\"sluice1.e30\"}],"
                    + "\"tools\":[{\"type\":\"function\",\"name\":\"n\",\"parameters\":{},\"strict\":true}],"
                    + "\"tool_choice\":{\"type\":\"function\",\"name\":\"n\"},\"include\":[\"x\"],"
                    + "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}},"
                    + "\"reasoning\":{\"effort\":\"low\"},\"max_output_tokens\":5,\"top_logprobs\":2}"),
                random));
        try {
            ChatRequest decoded = PROTOCOL.decode(Protocols.read(PROTOCOL.surface(), request));
            PROTOCOL.encode(decoded, TARGET, new dev.sluice.protocol.spi.DroppedParameters());
        } catch (GatewayException refused) {
            assertThat(refused.error().status()).isEqualTo(400);
        }
    }

    private static JsonNode whole(List<ResponseEvent> response) {
        ResponseAssembler assembler = new ResponseAssembler();
        response.forEach(assembler::add);
        return Json.readOrNull(PROTOCOL.encode(assembler.response(), REQUEST).toText());
    }

    private static ByteSlice stream(List<ResponseEvent> response) {
        ResponsesStreamEncoder writer = new ResponsesStreamEncoder(REQUEST);
        EventBytes out = new EventBytes();
        Usage usage = Usage.UNKNOWN;
        for (ResponseEvent event : response) {
            usage = event instanceof ResponseEvent.UsageReported seen ? seen.usage() : usage;
            writer.write(event, out);
        }
        writer.end(usage, out);
        return out.drain();
    }

    private static List<JsonNode> written(List<ResponseEvent> response) {
        List<JsonNode> events = new ArrayList<>();
        for (String event : stream(response).toText().split("\n\n")) {
            String[] lines = event.split("\n");
            JsonNode data = Json.readOrNull(lines[1].substring("data: ".length()));
            assertThat(lines[0]).isEqualTo("event: " + data.get("type").textValue());
            events.add(data);
        }
        return events;
    }

    /** The tree with one value replaced. */
    private static JsonNode damaged(JsonNode tree, Random random) {
        List<ObjectNode> objects = new ArrayList<>();
        JsonNode copy = tree.deepCopy();
        collect(copy, objects);
        ObjectNode victim = objects.get(random.nextInt(objects.size()));
        List<String> names = new ArrayList<>();
        victim.fieldNames().forEachRemaining(names::add);
        if (!names.isEmpty()) {
            String[] nonsense = {"null", "7", "\"x\"", "[]", "{}", "[null,7,\"x\",[],{}]", "true", "-1.5e300"};
            try {
                victim.set(
                        names.get(random.nextInt(names.size())),
                        Json.read(ByteSlice.of(nonsense[random.nextInt(nonsense.length)])));
            } catch (MalformedJson impossible) {
                throw new AssertionError(impossible);
            }
        }
        return copy;
    }

    private static void collect(JsonNode tree, List<ObjectNode> objects) {
        if (tree.isObject()) {
            objects.add((ObjectNode) tree);
        }
        tree.forEach(child -> collect(child, objects));
    }
}
