package dev.sluice.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.model.chat.ResponseEvent;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.Replay;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.openai.ChatPassThroughReader;
import dev.sluice.protocol.openai.RealtimeUsage;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.spi.ClientProtocol;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.ProviderCodec;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import dev.sluice.protocol.sse.EventFramer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A decoder reads or refuses any bytes; it throws no other exception, and its output is bounded by a multiple of its
 * input. A plain run replays the inputs under {@code src/test/resources}; {@code JAZZER_FUZZ=1} with
 * {@code -Djazzer.hooks=true -Dtest=MalformedBytesAreRejectedTest#…} looks for new ones.
 */
class MalformedBytesAreRejectedTest {

    private static final UpstreamModel MODEL = UpstreamModels.of("m");

    /** OpenAI's chat stream, passed through as bytes. */
    @FuzzTest(maxDuration = "60s")
    void passing(byte[] stream) {
        Replay whole = Replay.of(new ChatPassThroughReader(true, true), stream);

        assertThat(whole.complete()).isEqualTo(whole.error() == null);
        assertThat(Replay.of(new ChatPassThroughReader(true, true), stream, stream.length / 2))
                .isEqualTo(whole);
    }

    /** The bounds and data of events do not depend on fragmentation. */
    @FuzzTest(maxDuration = "60s")
    void framing(byte[] stream) {
        List<String> whole = framed(stream, stream.length);

        for (int cut = 1; cut <= Math.min(stream.length, 64); cut++) {
            assertThat(framed(stream, cut)).isEqualTo(whole);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void realtimeEvents(byte[] event) {
        Usage usage = RealtimeUsage.of(new String(event, StandardCharsets.UTF_8));

        if (usage != null) {
            assertThat(usage.promptTokens()).isBetween(0L, Usage.MAX_TOKENS);
            assertThat(usage.completionTokens()).isBetween(0L, Usage.MAX_TOKENS);
            assertThat(usage.cachedTokens()).isBetween(0L, Usage.MAX_TOKENS);
        }
    }

    @FuzzTest(maxDuration = "60s")
    void providersStreams(byte[] stream) {
        for (ProviderProtocol protocol : providers()) {
            Replay whole = Replay.of(reader(protocol, stream.length), stream);

            assertThat(whole.complete()).as(protocol.name()).isEqualTo(whole.error() == null);
            assertThat(Replay.of(reader(protocol, stream.length), stream, stream.length / 2))
                    .as(protocol.name())
                    .isEqualTo(whole);
            for (Surface surface : List.of(Surface.CHAT_COMPLETIONS, Surface.RESPONSES, Surface.MESSAGES)) {
                writes(Protocols.of(surface), protocol, stream, whole);
            }
        }
    }

    /** A decoded response can be encoded in every client's format. */
    private static void writes(ClientProtocol client, ProviderProtocol provider, byte[] stream, Replay read) {
        Replay written = Replay.of(client(client, provider).reader(), stream);

        assertThat(written.complete())
                .as(provider.name() + " to " + client.name())
                .isEqualTo(read.complete());
        assertThat(written.output().length()).isLessThanOrEqualTo(2_000 * (stream.length + 8));
    }

    private static TranslatingCodec client(ClientProtocol client, ProviderProtocol provider) {
        String request = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}],\"input\":\"?\","
                + "\"max_tokens\":99,\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
        return new TranslatingCodec(
                client,
                provider,
                Protocols.read(client.surface(), ByteSlice.of(request)),
                MODEL,
                new TranslatingCodec.Identity(0, null));
    }

    @FuzzTest(maxDuration = "60s")
    void providerResponses(byte[] response) {
        ByteSlice body = ByteSlice.of(response);
        for (ProviderProtocol protocol : providers()) {
            protocol.errorOf(400, body);
            protocol.errorOf(429, body);
            if (protocol.errorOf(200, body) == null) {
                try {
                    assertThat(protocol.decode(body, MODEL)).as(protocol.name()).isNotNull();
                    for (Surface surface : List.of(Surface.CHAT_COMPLETIONS, Surface.RESPONSES, Surface.MESSAGES)) {
                        ProviderCodec.CompleteResponse whole =
                                client(Protocols.of(surface), protocol).completeResponse(body);
                        assertThat(whole.body().isEmpty()).isFalse();
                    }
                } catch (GatewayException refused) {
                    assertThat(refused.error().message()).as(protocol.name()).isNotBlank();
                }
            }
        }
    }

    /** Also encodes each decoded request for every provider. */
    @FuzzTest(maxDuration = "60s")
    void clientsRequests(byte[] request) {
        for (Surface surface : Protocols.surfaces()) {
            if (Protocols.requiresForm(surface)) {
                continue;
            }
            ClientProtocol client = Protocols.of(surface);
            try {
                ClientRequest read = surface.modelInPath()
                        ? Protocols.read(new PathModel(surface, "m", true), ByteSlice.of(request))
                        : Protocols.read(surface, ByteSlice.of(request));
                if (client == null) {
                    continue;
                }
                for (ProviderProtocol provider : providers()) {
                    ask(client, provider, read);
                }
            } catch (GatewayException refused) {
                assertThat(refused.error().message()).as(surface.label()).isNotBlank();
            }
        }
    }

    /** The events of the stream fed in chunks of one size, each with its position and data. */
    private static List<String> framed(byte[] stream, int chunk) {
        List<String> events = new ArrayList<>();
        EventFramer framer = new EventFramer(1_024);
        int passed = 0;
        for (int from = 0; from < stream.length && !framer.tooLarge(); from += chunk) {
            framer.feed(new ByteSlice(stream, from, Math.min(chunk, stream.length - from)));
            while (framer.next()) {
                passed += framer.eventEnd() - framer.eventStart();
                String data = framer.hasData() ? framer.data().toText() : "none";
                events.add(passed + (framer.namedError() ? " error " : " ") + data);
            }
            framer.release();
        }
        assertThat(framer.examined()).isLessThanOrEqualTo(stream.length);
        assertThat(passed).isLessThanOrEqualTo(stream.length);
        return events;
    }

    private static void ask(ClientProtocol client, ProviderProtocol provider, ClientRequest read) {
        try {
            ByteSlice body = provider.encode(client.decode(read), MODEL, new DroppedParameters());
            assertThat(Json.readOrNull(body.toText()))
                    .as(client.name() + " to " + provider.name())
                    .isNotNull();
        } catch (GatewayException refused) {
            assertThat(refused.error().message())
                    .as(client.name() + " to " + provider.name())
                    .isNotBlank();
        }
    }

    private static StreamReader reader(ProviderProtocol protocol, int length) {
        return new TranslatingReader(protocol.streamDecoder(MODEL), new StreamEncoder() {
            private int events;

            @Override
            public void write(ResponseEvent event, EventBytes out) {
                events++;
                assertThat(events).as("events of " + protocol.name()).isLessThanOrEqualTo(length + 8);
                out.raw(event + "\n");
            }

            @Override
            public void end(Usage usage, EventBytes out) {
                out.raw(usage + "\n");
            }
        });
    }

    /** Every format in the catalog that decodes responses, so that new ones are tested without a change here. */
    private static Set<ProviderProtocol> providers() {
        Set<ProviderProtocol> formats = new LinkedHashSet<>();
        for (String name : ProviderCatalog.builtIn().names()) {
            ProviderType type = ProviderCatalog.builtIn().type(name);
            type.protocols().stream()
                    .map(Protocols::named)
                    .filter(MalformedBytesAreRejectedTest::reads)
                    .forEach(formats::add);
        }
        assertThat(formats).hasSizeGreaterThan(1);
        return formats;
    }

    private static boolean reads(ProviderProtocol protocol) {
        try {
            return protocol.streamDecoder(MODEL) != null;
        } catch (GatewayException notTranslated) {
            return false;
        }
    }
}
