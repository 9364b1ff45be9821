package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.Replay;
import dev.sluice.protocol.StreamEqualsWhole;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.codec.TranslatingReader;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gemini's responses are the same complete, streamed, and streamed in any fragmentation. */
class GeminiStreamsEqualWholeResponsesTest {

    private static final Usage USAGE = new Usage(35, 29, 16, 20, true);

    private static final UpstreamModel TARGET = new UpstreamModel(
            "g", UpstreamModels.variant("gemini"), "gemini-3.8-flash", null, Quirks.NONE, ModelFacts.UNKNOWN);

    private final ProviderProtocol gemini = Protocols.named("gemini");

    @ParameterizedTest
    @ValueSource(strings = {"text", "parallel-calls", "thoughts", "max-tokens", "safety", "grounding", "native-part"})
    void aStreamDecodesToTheCompleteResponse(String name) {
        StreamEqualsWhole.check(gemini, TARGET, slice(name, "upstream.json"), slice(name, "upstream.sse"));
        assertThat(gemini.errorOf(200, slice(name, "upstream.json"))).isNull();
        Usage usage = gemini.decode(slice(name, "upstream.json"), TARGET).usage();
        assertThat(usage.withDetails(UsageDetails.NONE)).isEqualTo(USAGE);
        assertThat(usage.details().calls("searched_prompt")).isEqualTo(name.equals("grounding") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "text, complete",
        "parallel-calls, complete",
        "thoughts, complete",
        "max-tokens, complete",
        "safety, complete",
        "grounding, complete",
        "native-part, complete",
        "blocked-prompt, CONTENT_FILTER",
        "malformed-call, UPSTREAM",
        "error-after-200, UNAVAILABLE",
        "truncated, TRUNCATED"
    })
    void theStreamDoesNotDependOnFragmentation(String name, String end) {
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] stream = text(name, "upstream.sse").replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);

            Replay whole = Replay.of(reader(), stream);

            assertThat(whole.complete() ? "complete" : whole.error().kind().name())
                    .isEqualTo(end);
            assertThat(Replay.byteByByte(reader(), stream)).isEqualTo(whole);
            for (int cut = 0; cut <= stream.length; cut++) {
                assertThat(Replay.of(reader(), stream, cut)).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "quota, 429, RATE_LIMITED, 21500",
        "quota, 200, RATE_LIMITED, 21500",
        "wrong-key, 400, PROVIDER_AUTH, -1",
        "blocked-prompt, 200, CONTENT_FILTER, -1"
    })
    void errorsAreClassified(String name, int status, GatewayError.Kind kind, long wait) {
        GatewayError error = gemini.errorOf(status, slice(name, "upstream.json"));

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.retryAfterMillis()).isEqualTo(wait);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1", "\"text\"", "{", "{\"candidates\":[{}]}", "{\"candidates\":7}", "[]", "null"})
    void malformedResponsesAreErrors(String body) {
        ByteSlice bytes = ByteSlice.of(body);
        GatewayError error = gemini.errorOf(200, bytes);
        if (error == null) {
            error = org.assertj.core.api.Assertions.catchThrowableOfType(
                            GatewayException.class, () -> gemini.decode(bytes, TARGET))
                    .error();
        }

        assertThat(error.kind()).isEqualTo(GatewayError.Kind.UPSTREAM);
    }

    @Property
    void anySplitOfATextIsTheSameResponse(
            @ForAll("chunks") List<String> chunks, @ForAll("chunks") List<String> thoughts) {
        ArrayNode whole = Json.array();
        StringBuilder stream = new StringBuilder();
        for (String thought : thoughts) {
            stream.append(event(Json.array().add(part(thought, true)), false));
        }
        for (String chunk : chunks) {
            stream.append(event(Json.array().add(part(chunk, false)), false));
        }
        whole.add(part(String.join("", thoughts), true)).add(part(String.join("", chunks), false));

        StreamEqualsWhole.check(
                gemini,
                TARGET,
                ByteSlice.of(response(whole, true).toString()),
                ByteSlice.of(stream + event(Json.array(), true)));
    }

    @Property
    void anyJsonIsDecodedOrAGatewayError(@ForAll("json") JsonNode event) {
        StreamDecoder decoder = gemini.streamDecoder(TARGET);
        try {
            decoder.decode(event, out -> {});
            decoder.decode(event, out -> {});
        } catch (GatewayException expected) {
            assertThat(expected.error().message()).isNotBlank();
        }
        ByteSlice body = Json.bytes(event);
        if (gemini.errorOf(200, body) == null) {
            try {
                assertThat(gemini.decode(body, TARGET)).isNotNull();
            } catch (GatewayException expected) {
                assertThat(expected.error().kind()).isEqualTo(GatewayError.Kind.UPSTREAM);
            }
        }
    }

    @Provide
    Arbitrary<List<String>> chunks() {
        return Arbitraries.strings().ofMaxLength(6).list().ofMinSize(1).ofMaxSize(5);
    }

    /** Documents with the names that the decoder reads, and values of wrong types. */
    @Provide
    Arbitrary<JsonNode> json() {
        Arbitrary<JsonNode> leaf = Arbitraries.of(
                        "null", "true", "1", "-1", "1e30", "\"\"", "\"STOP\"", "\"x\"", "{}", "[]", "[null]", "[[]]")
                .map(Json::readOrNull);
        Arbitrary<String> name = Arbitraries.of(
                "candidates",
                "content",
                "parts",
                "text",
                "thought",
                "thoughtSignature",
                "functionCall",
                "name",
                "args",
                "id",
                "finishReason",
                "groundingMetadata",
                "groundingChunks",
                "groundingSupports",
                "segment",
                "groundingChunkIndices",
                "web",
                "uri",
                "endIndex",
                "startIndex",
                "citationMetadata",
                "citations",
                "usageMetadata",
                "promptTokenCount",
                "logprobsResult",
                "chosenCandidates",
                "topCandidates",
                "promptFeedback",
                "blockReason",
                "error",
                "inlineData");
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Arbitraries.oneOf(
                        Combinators.combine(
                                        name.list().ofMaxSize(4), inner.list().ofSize(4))
                                .as((names, values) -> {
                                    ObjectNode object = Json.object();
                                    for (int i = 0; i < names.size(); i++) {
                                        object.set(names.get(i), values.get(i));
                                    }
                                    return object;
                                }),
                        inner.list().ofMaxSize(2).map(values -> Json.array().addAll(values))),
                0,
                5);
    }

    private static ObjectNode part(String text, boolean thought) {
        ObjectNode part = Json.object().put("text", text);
        return thought ? part.put("thought", true) : part;
    }

    private static ObjectNode response(ArrayNode parts, boolean last) {
        ObjectNode response = Json.object();
        ObjectNode candidate = response.putArray("candidates").addObject();
        candidate.putObject("content").set("parts", parts);
        if (last) {
            candidate.put("finishReason", "STOP");
        }
        return response;
    }

    private static String event(ArrayNode parts, boolean last) {
        return "data: " + response(parts, last) + "\n\n";
    }

    private TranslatingReader reader() {
        return new TranslatingReader(gemini.streamDecoder(TARGET), new StreamEncoder() {
            @Override
            public void write(ResponseEvent event, EventBytes out) {
                out.raw(event + "\n");
            }

            @Override
            public void end(Usage usage, EventBytes out) {
                out.raw("end " + usage + "\n");
            }
        });
    }

    private static ByteSlice slice(String name, String file) {
        return ByteSlice.of(text(name, file));
    }

    private static String text(String name, String file) {
        try {
            return Files.readString(Path.of("src/test/resources/fixtures/gemini", name, file));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
