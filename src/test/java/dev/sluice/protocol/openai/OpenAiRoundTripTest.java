package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.model.chat.ChatResponse;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.ChatArbitraries;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.Replay;
import dev.sluice.protocol.StreamEqualsWhole;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.codec.TranslatingReader;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** Encoded requests and responses decode to the same, whole and streamed. */
@Domain(ChatArbitraries.class)
@Domain(DomainContext.Global.class)
class OpenAiRoundTripTest {

    private static final UpstreamModel TARGET =
            new UpstreamModel("p", UpstreamModels.variant("openai"), "m", null, Quirks.NONE, ModelFacts.UNKNOWN);

    private final ChatCompletionsProtocol protocol = new ChatCompletionsProtocol();

    @Property(tries = 500)
    void requestIsDecodedAsItWasEncoded(@ForAll ChatRequest request) {
        DroppedParameters dropped = new DroppedParameters();

        ByteSlice written = protocol.encode(request, TARGET, dropped);

        ChatRequest read = protocol.decode(Protocols.read(protocol.surface(), written));
        assertThat(read).isEqualTo(request);
        assertThat(dropped.list()).isEmpty();
    }

    @Property(tries = 500)
    void responseIsDecodedAsItWasEncoded(@ForAll ChatResponse response) {
        ByteSlice written = protocol.encode(response, ChatArbitraries.REQUEST);

        assertThat(protocol.decode(written, TARGET)).isEqualTo(response);
    }

    @Property(tries = 500)
    void streamDecodesToTheWholeResponse(@ForAll ChatResponse response, @ForAll long seed) {
        EventBytes out = new EventBytes();
        StreamEncoder writer = protocol.streamEncoder(ChatArbitraries.REQUEST);
        List<ResponseEvent> events = ChatArbitraries.events(response, seed);
        events.forEach(event -> writer.write(event, out));
        writer.end(response.usage(), out);

        ChatResponse streamed = StreamEqualsWhole.assembled(protocol.streamDecoder(TARGET), out.drain());

        ChatResponse whole = protocol.decode(protocol.encode(response, ChatArbitraries.REQUEST), TARGET);
        assertThat(streamed).isEqualTo(whole);
        assertThat(assembled(events)).isEqualTo(response);
    }

    @Property(tries = 300)
    void translatedStreamDoesNotDependOnFragmentation(
            @ForAll ChatResponse response, @ForAll long seed, @ForAll List<Integer> places) {
        EventBytes out = new EventBytes();
        StreamEncoder writer = protocol.streamEncoder(ChatArbitraries.REQUEST);
        ChatArbitraries.events(response, seed).forEach(event -> writer.write(event, out));
        writer.end(response.usage(), out);
        byte[] stream = out.drain().toBytes();
        int[] cuts = places.stream()
                .mapToInt(place -> Math.floorMod(place, stream.length))
                .sorted()
                .toArray();
        Supplier<StreamReader> reader = () ->
                new TranslatingReader(protocol.streamDecoder(TARGET), protocol.streamEncoder(ChatArbitraries.REQUEST));

        assertThat(Replay.of(reader.get(), stream, cuts)).isEqualTo(Replay.of(reader.get(), stream));
    }

    @Property
    void quotedTextIsJson(@ForAll String text) {
        EventBytes out = new EventBytes();

        out.quoted(text);

        String sound = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(Json.readOrNull(out.drain().toText()).textValue()).isEqualTo(sound);
    }

    private static ChatResponse assembled(List<ResponseEvent> events) {
        ResponseAssembler assembler = new ResponseAssembler();
        events.forEach(assembler::add);
        return assembler.response();
    }
}
