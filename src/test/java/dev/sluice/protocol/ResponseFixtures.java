package dev.sluice.protocol;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.codec.TranslatingReader;
import dev.sluice.protocol.spi.ProviderProtocol;
import dev.sluice.protocol.spi.StreamEncoder;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.protocol.spi.UpstreamModel;
import dev.sluice.protocol.sse.EventBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Golden and damaged responses in one provider's format. */
public final class ResponseFixtures {

    private final ProviderProtocol protocol;
    private final UpstreamModel model = UpstreamModels.of("m");

    public ResponseFixtures(ProviderProtocol protocol) {
        this.protocol = protocol;
    }

    public ByteSlice file(String golden, String file) {
        Path path = Path.of("src/test/resources/fixtures", protocol.name(), golden, file);
        try {
            return ByteSlice.of(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new AssertionError(path.toString(), e);
        }
    }

    /** A golden file with some bytes overwritten and its end cut off. */
    public Arbitrary<byte[]> damaged(String file, String... goldens) {
        Arbitrary<byte[]> bytes =
                Arbitraries.of(goldens).map(golden -> file(golden, file).toBytes());
        Arbitrary<String> pieces = Arbitraries.of(
                "null", "{}", "[]", "0", "\"\"", "-1", "1e999", "\"", "}", "\n\n", "{\"a\":", "\u00ff", ":");
        return Combinators.combine(
                        bytes, pieces.list().ofMaxSize(4), Arbitraries.randomValue(random -> random.nextLong()))
                .as((whole, damages, seed) -> damage(whole, damages, new java.util.Random(seed)));
    }

    private static byte[] damage(byte[] whole, Iterable<String> damages, java.util.Random random) {
        String text = new String(whole, java.nio.charset.StandardCharsets.UTF_8);
        for (String piece : damages) {
            // Complete values are swapped, so that the result is often JSON of another shape.
            int at = text.indexOf(random.nextBoolean() ? ":" : ",", random.nextInt(text.length()));
            int end = at < 0 ? -1 : endOfValue(text, at + 1);
            if (end > 0) {
                text = text.substring(0, at + 1) + piece + text.substring(end);
            }
        }
        return text.substring(0, random.nextInt(4) == 0 ? random.nextInt(text.length()) : text.length())
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static int endOfValue(String text, int from) {
        int depth = 0;
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && text.charAt(i - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']') && depth-- == 0 || !quoted && c == ',' && depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the complete response is decoded or refused without another exception. */
    public boolean decodesOrRefuses(byte[] response) {
        ByteSlice body = ByteSlice.of(response);
        protocol.errorOf(500, body);
        protocol.errorOf(403, body);
        if (protocol.errorOf(200, body) != null) {
            return true;
        }
        try {
            return protocol.decode(body, model) != null;
        } catch (GatewayException refused) {
            return refused.error().message() != null;
        }
    }

    /** Whether the stream ends once, complete or failed, with the same result in one piece and byte by byte. */
    public boolean endsOnce(byte[] stream) {
        Replay whole = Replay.of(reader(), stream);
        return whole.complete() == (whole.error() == null)
                && Replay.byteByByte(reader(), stream).equals(whole);
    }

    /** A stream reader that encodes the events. */
    public StreamReader reader() {
        return new TranslatingReader(protocol.streamDecoder(model), new StreamEncoder() {
            @Override
            public void write(dev.sluice.model.chat.ResponseEvent event, EventBytes out) {
                out.raw(event + "\n");
            }

            @Override
            public void end(dev.sluice.model.Usage usage, EventBytes out) {
                out.raw(usage + "\nend\n");
            }
        });
    }
}
