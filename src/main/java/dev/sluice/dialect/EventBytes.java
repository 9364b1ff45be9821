package dev.sluice.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Server-sent events being written, to be taken away in one piece. */
public final class EventBytes {

    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    /** {@code data: …} */
    public void data(JsonNode data) {
        bytes.writeBytes(DATA);
        try {
            Json.MAPPER.writeValue(bytes, data);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        bytes.write('\n');
        bytes.write('\n');
    }

    /** {@code event: name} and {@code data: …} */
    public void event(String name, JsonNode data) {
        bytes.writeBytes(EVENT);
        bytes.writeBytes(ascii(name));
        bytes.write('\n');
        data(data);
    }

    /** Bytes as they are, whole events or comments. */
    public void raw(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What was written since the last take. */
    public ByteSlice take() {
        if (bytes.size() == 0) {
            return ByteSlice.EMPTY;
        }
        ByteSlice taken = ByteSlice.of(bytes.toByteArray());
        bytes.reset();
        return taken;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
