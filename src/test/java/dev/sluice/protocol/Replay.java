package dev.sluice.protocol;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.StreamReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The result of reading a whole stream, comparable for any split of its bytes. */
public record Replay(String output, boolean started, boolean complete, GatewayError error, Usage usage) {

    /**
     * Feeds the bytes cut before each of the given positions, in a fresh array each, then the proper end of the
     * transport.
     */
    public static Replay of(StreamReader reader, byte[] stream, int... cuts) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int from = 0;
        for (int cut : cuts) {
            output.writeBytes(reader.accept(chunk(stream, from, cut)).toBytes());
            from = cut;
        }
        output.writeBytes(reader.accept(chunk(stream, from, stream.length)).toBytes());
        output.writeBytes(reader.finish().toBytes());
        return new Replay(
                output.toString(StandardCharsets.UTF_8),
                reader.started(),
                reader.complete(),
                reader.error(),
                reader.usage());
    }

    public static Replay byteByByte(StreamReader reader, byte[] stream) {
        int[] cuts = new int[stream.length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i;
        }
        return of(reader, stream, cuts);
    }

    private static ByteSlice chunk(byte[] stream, int from, int to) {
        byte[] padded = new byte[to - from + 7];
        System.arraycopy(stream, from, padded, 3, to - from);
        return new ByteSlice(padded, 3, to - from);
    }
}
