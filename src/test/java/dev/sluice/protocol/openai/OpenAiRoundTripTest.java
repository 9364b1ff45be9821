package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.AnswerAssembly;
import dev.sluice.model.chat.AnswerEvent;
import dev.sluice.model.chat.ChatAnswer;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.ChatDomain;
import dev.sluice.protocol.Replay;
import dev.sluice.protocol.StreamEqualsWhole;
import dev.sluice.protocol.codec.TranslatingReader;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.AnswerWriter;
import dev.sluice.protocol.spi.Receipts;
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

/** What is written and read again says the same, in both directions, whole and streamed. */
@Domain(ChatDomain.class)
@Domain(DomainContext.Global.class)
class OpenAiRoundTripTest {

    private static final UpstreamModel TARGET =
            new UpstreamModel("p", "openai", "m", null, Quirks.NONE, ModelFacts.UNKNOWN);

    private final OpenAiChat dialect = new OpenAiChat();

    @Property(tries = 500)
    void aRequestIsReadAsItWasWritten(@ForAll ChatRequest request) {
        Receipts receipts = new Receipts();

        ByteSlice written = dialect.encode(request, TARGET, receipts);

        ChatRequest read = dialect.decode(dialect.read(written));
        assertThat(read).isEqualTo(request);
        assertThat(receipts.list()).isEmpty();
    }

    @Property(tries = 500)
    void anAnswerIsReadAsItWasWritten(@ForAll ChatAnswer answer) {
        ByteSlice written = dialect.encode(answer, ChatDomain.ASKED);

        assertThat(dialect.decode(written, TARGET)).isEqualTo(answer);
    }

    @Property(tries = 500)
    void aStreamSaysWhatTheWholeAnswerSays(@ForAll ChatAnswer answer, @ForAll long seed) {
        EventBytes out = new EventBytes();
        AnswerWriter writer = dialect.writer(ChatDomain.ASKED);
        List<AnswerEvent> events = ChatDomain.events(answer, seed);
        events.forEach(event -> writer.write(event, out));
        writer.end(answer.usage(), out);

        ChatAnswer streamed = StreamEqualsWhole.assembled(dialect.decoder(TARGET), out.take());

        ChatAnswer whole = dialect.decode(dialect.encode(answer, ChatDomain.ASKED), TARGET);
        assertThat(streamed).isEqualTo(whole);
        assertThat(assembled(events)).isEqualTo(answer);
    }

    @Property(tries = 300)
    void aTranslatedStreamIsTheSameHoweverItWasCut(
            @ForAll ChatAnswer answer, @ForAll long seed, @ForAll List<Integer> places) {
        EventBytes out = new EventBytes();
        AnswerWriter writer = dialect.writer(ChatDomain.ASKED);
        ChatDomain.events(answer, seed).forEach(event -> writer.write(event, out));
        writer.end(answer.usage(), out);
        byte[] stream = out.take().toBytes();
        int[] cuts = places.stream()
                .mapToInt(place -> Math.floorMod(place, stream.length))
                .sorted()
                .toArray();
        Supplier<StreamReader> reader =
                () -> new TranslatingReader(dialect.decoder(TARGET), dialect.writer(ChatDomain.ASKED));

        assertThat(Replay.of(reader.get(), stream, cuts)).isEqualTo(Replay.of(reader.get(), stream));
    }

    @Property
    void aQuotedTextIsTheTextAsJson(@ForAll String text) {
        EventBytes out = new EventBytes();

        out.quoted(text);

        String sound = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(Json.readOrNull(out.take().toText()).textValue()).isEqualTo(sound);
    }

    private static ChatAnswer assembled(List<AnswerEvent> events) {
        AnswerAssembly assembly = new AnswerAssembly();
        events.forEach(assembly::add);
        return assembly.answer();
    }
}
