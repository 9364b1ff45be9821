package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.catalog.Quirks.StreamUsage;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.JsonDocuments;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.spi.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only required changes are made to a request; all other bytes are the client's. */
class UpstreamBodyTest {

    private static final ObjectMapper JACKSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String MESSAGES = "\"messages\":[{}]";

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);

    @Test
    void anUnchangedBodyIsTheBodyItself() {
        ClientRequest request = read("{\"model\":\"m\"," + MESSAGES + "}");

        UpstreamBody upstream = protocol.forward(request, "m", Quirks.NONE);

        assertThat(upstream.parts()).hasSize(1);
        assertThat(upstream.parts().getFirst()).isSameAs(request.body());
    }

    @Test
    void keptBytesAreViewsOfTheClientsArray() {
        ClientRequest request = read("{\"a\":1,\"model\":\"m\"," + MESSAGES + ",\"b\":12345678901234567890.10}");

        UpstreamBody upstream = protocol.forward(request, "other", Quirks.NONE);

        assertThat(upstream.parts()).hasSize(3);
        assertThat(upstream.parts().get(0).array()).isSameAs(request.body().array());
        assertThat(upstream.parts().get(2).array()).isSameAs(request.body().array());
        assertThat(upstream.joined().toText())
                .isEqualTo("{\"a\":1,\"model\":\"other\"," + MESSAGES + ",\"b\":12345678901234567890.10}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // the client's options | what the provider gets
                "|,\"stream_options\":{\"include_usage\":true}",
                ",\"stream_options\":null|,\"stream_options\":{\"include_usage\":true}",
                ",\"stream_options\":{}|,\"stream_options\":{\"include_usage\":true}",
                ",\"stream_options\":{ }|,\"stream_options\":{\"include_usage\":true }",
                ",\"stream_options\":{ \"x\":1}|,\"stream_options\":{\"include_usage\":true, \"x\":1}",
                ",\"stream_options\":{\"x\":1,\"include_usage\":false}|,\"stream_options\":{\"x\":1,\"include_usage\":true}",
                ",\"stream_options\":{\"include_usage\": null }|,\"stream_options\":{\"include_usage\": true }",
                ",\"stream_options\":{\"include_usage\":true}|,\"stream_options\":{\"include_usage\":true}",
            })
    void usageIsRequestedInTheClientsStreamOptions(String options, String upstreamOptions) {
        String body = "{\"model\":\"m\",\"stream\":true," + MESSAGES + "$}";

        UpstreamBody upstream =
                protocol.forward(read(body.replace("$", options == null ? "" : options)), "m", Quirks.NONE);

        assertThat(upstream.joined().toText()).isEqualTo(body.replace("$", upstreamOptions));
        assertThat(upstream.dropped()).isEmpty();
    }

    @Test
    void usageIsNotRequestedWhereItIsImpossibleOrNeedless() {
        String body = "{\"model\":\"m\",\"stream\":true," + MESSAGES + "}";
        for (Quirks quirks : List.of(
                new Quirks(Map.of(), List.of(), Map.of(), StreamUsage.ALWAYS, false),
                new Quirks(Map.of(), List.of("stream_options"), Map.of(), StreamUsage.ASK, false))) {
            assertThat(protocol.forward(read(body), "m", quirks).joined().toText())
                    .isEqualTo(body);
        }
        Quirks defaulting = quirks(Map.of(), List.of(), Map.of("stream_options", "{\"x\":1}"));
        assertThat(protocol.forward(read(body), "m", defaulting).joined().toText())
                .isEqualTo(body.replace("[{}]}", "[{}],\"stream_options\":{\"x\":1}}"));
        String whole = body.replace("true", "false");
        assertThat(protocol.forward(read(whole), "m", Quirks.NONE).joined().toText())
                .isEqualTo(whole);
    }

    @Test
    void aRenamedParameterDoesNotReplaceAnExistingOne() {
        Quirks quirks = quirks(Map.of("a", "c", "b", "c"), List.of(), Map.of());

        UpstreamBody both = protocol.forward(read("{\"a\":1,\"c\":3,\"model\":\"m\"," + MESSAGES + "}"), "m", quirks);
        UpstreamBody twice = protocol.forward(read("{\"a\":1,\"b\":2,\"model\":\"m\"," + MESSAGES + "}"), "m", quirks);
        UpstreamBody overNull =
                protocol.forward(read("{\"c\":null,\"b\":2,\"model\":\"m\"," + MESSAGES + "}"), "m", quirks);

        assertThat(both.joined().toText()).isEqualTo("{\"c\":3,\"model\":\"m\"," + MESSAGES + "}");
        assertThat(both.dropped()).containsExactly("a");
        assertThat(twice.joined().toText()).isEqualTo("{\"c\":1,\"model\":\"m\"," + MESSAGES + "}");
        assertThat(twice.dropped()).containsExactly("a->c", "b");
        assertThat(overNull.joined().toText()).isEqualTo("{\"c\":2,\"model\":\"m\"," + MESSAGES + "}");
        assertThat(overNull.dropped()).containsExactly("b->c");
    }

    @Test
    void droppedNullsAreNotReported() {
        UpstreamBody upstream = protocol.forward(
                read("{\"a\":null,\"model\":\"m\"," + MESSAGES + "}"),
                "m",
                quirks(Map.of(), List.of("a", "zz"), Map.of()));

        assertThat(upstream.joined().toText()).isEqualTo("{\"model\":\"m\"," + MESSAGES + "}");
        assertThat(upstream.dropped()).isEmpty();
    }

    @Test
    void everyMemberMayBeDropped() {
        UpstreamBody upstream = protocol.forward(
                read("{ \"model\":\"m\"," + MESSAGES + " }"),
                "m",
                quirks(Map.of(), List.of("model", "messages"), Map.of("x", "[1]")));

        assertThat(upstream.joined().toText()).isEqualTo("{ \"x\":[1] }");
    }

    @Property(tries = 1_000)
    void theTreeEqualsTheClientsExceptForTheQuirks(@ForAll("bodies") String body, @ForAll("someQuirks") Quirks quirks)
            throws Exception {
        ClientRequest request = read(body);

        UpstreamBody upstream = protocol.forward(request, "up/stream", quirks);

        ObjectNode actual = (ObjectNode) JACKSON.readTree(upstream.joined().toText());
        assertThat(actual).as(body).isEqualTo(expected((ObjectNode) JACKSON.readTree(body), request, quirks));
        int behind = request.body().offset();
        for (ByteSlice part : upstream.parts()) {
            if (part.array() == request.body().array()) {
                assertThat(part.offset()).isGreaterThanOrEqualTo(behind);
                behind = part.end();
            }
        }
    }

    /** The same changes, made on the tree in the plainest way. */
    private static ObjectNode expected(ObjectNode client, ClientRequest request, Quirks quirks) throws Exception {
        ObjectNode tree = JACKSON.createObjectNode();
        for (Map.Entry<String, JsonNode> member : client.properties()) {
            String name = member.getKey();
            String to = quirks.rename().get(name);
            boolean yields = member.getValue().isNull()
                    && quirks.rename().entrySet().stream()
                            .anyMatch(rename -> rename.getValue().equals(name) && client.has(rename.getKey()));
            boolean meets = to != null && (tree.has(to) && !client.has(to) || client.hasNonNull(to));
            if (!quirks.drop().contains(name) && !meets && !yields) {
                tree.set(to == null ? name : to, member.getValue());
            }
        }
        quirks.defaults().forEach((name, json) -> {
            if (!client.has(name) && !tree.has(name)) {
                try {
                    tree.set(name, JACKSON.readTree(json));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        if (tree.has("model")) {
            tree.put("model", "up/stream");
        }
        if (RequestRewriter.requestsUsage(request, quirks)) {
            JsonNode options = tree.get("stream_options");
            (options instanceof ObjectNode object ? object : tree.putObject("stream_options"))
                    .put("include_usage", true);
        }
        return tree;
    }

    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<Map<String, String>> others = Arbitraries.maps(
                        Arbitraries.of("a", "b", "c", "d", "e\\\"f", "\\u0067"), JsonDocuments.values())
                .ofMaxSize(5);
        Arbitrary<String> stream = Arbitraries.of("true", "true", "false", "null", "");
        Arbitrary<String> options = Arbitraries.of(
                "",
                "",
                "null",
                "{}",
                "{ \"x\" : [1] }",
                "{\"include_usage\":false}",
                "{\"y\":2,\"include_usage\":true}");
        Arbitrary<String> gaps = Arbitraries.of("", " ", "\n  ");
        return Combinators.combine(others, stream, options, gaps, Arbitraries.randoms())
                .as((map, on, opts, gap, random) -> {
                    Map<String, String> members = new LinkedHashMap<>(map);
                    members.put("model", "\"m\"");
                    members.put("messages", "[{\"n\":1234567890123456789012}]");
                    if (!on.isEmpty()) {
                        members.put("stream", on);
                    }
                    if (!opts.isEmpty()) {
                        members.put("stream_options", opts);
                    }
                    List<String> texts = new ArrayList<>();
                    members.forEach((name, value) -> texts.add("\"" + name + "\"" + gap + ":" + gap + value));
                    Collections.shuffle(texts, random);
                    return gap + "{" + gap + String.join(gap + "," + gap, texts) + gap + "}" + gap;
                });
    }

    @Provide
    Arbitrary<Quirks> someQuirks() {
        Arbitrary<Map<String, String>> renames = Arbitraries.of(
                Map.of(),
                Map.of("a", "b"),
                Map.of("a", "x", "b", "x"),
                Map.of("c", "d", "d", "y"),
                Map.of("g", "e\"f"));
        Arbitrary<List<String>> drops = Arbitraries.of("a", "c", "e\"f", "g", "zz", "stream_options")
                .list()
                .ofMaxSize(3);
        Arbitrary<Map<String, String>> defaults =
                Arbitraries.of(Map.of(), Map.of(), Map.of("z", "{\"deep\":[1]}"), Map.of("a", "1", "x", "\"two\""));
        return Combinators.combine(renames, drops, defaults, Arbitraries.of(StreamUsage.class))
                .as((rename, drop, more, usage) -> new Quirks(rename, drop, more, usage, false));
    }

    private ClientRequest read(String body) {
        return Protocols.read(protocol.surface(), ByteSlice.of(body));
    }

    private static Quirks quirks(Map<String, String> rename, List<String> drop, Map<String, String> defaults) {
        return new Quirks(new TreeMap<>(rename), drop, defaults, StreamUsage.ASK, false);
    }
}
