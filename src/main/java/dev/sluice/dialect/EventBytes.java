package dev.sluice.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Server-sent events being written, to be taken away in one piece. */
public final class EventBytes {

    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] HEX = ascii("0123456789abcdef");

    private byte[] bytes = new byte[512];
    private int size;

    private final OutputStream stream = new OutputStream() {
        @Override
        public void write(int b) {
            put((byte) b);
        }

        @Override
        public void write(byte[] some, int from, int length) {
            raw(some, from, length);
        }
    };

    /** {@code data: …} */
    public void data(JsonNode data) {
        raw(DATA);
        try {
            Json.MAPPER.writeValue(stream, data);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        put((byte) '\n');
        put((byte) '\n');
    }

    /** {@code event: name} and {@code data: …} */
    public void event(String name, JsonNode data) {
        raw(EVENT);
        raw(ascii(name));
        put((byte) '\n');
        data(data);
    }

    /** Bytes as they are, whole events or comments. */
    public void raw(String text) {
        raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes as they are, perhaps a piece of an event. */
    public void raw(byte[] some) {
        raw(some, 0, some.length);
    }

    /** A JSON string with its quotes: the cheap way to write a delta, whose other bytes never change. */
    public void quoted(String text) {
        put((byte) '"');
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                continue;
            }
            plain(text, from, i);
            if (c >= 0x7f) {
                int end = i + 1;
                while (end < text.length() && text.charAt(end) >= 0x7f) {
                    end++;
                }
                raw(text.substring(i, end));
                i = end - 1;
            } else {
                escaped(c);
            }
            from = i + 1;
        }
        plain(text, from, text.length());
        put((byte) '"');
    }

    /** A whole number in decimal. */
    public void number(long value) {
        raw(ascii(Long.toString(value)));
    }

    /** What was written since the last take. */
    public ByteSlice take() {
        if (size == 0) {
            return ByteSlice.EMPTY;
        }
        ByteSlice taken = ByteSlice.of(Arrays.copyOf(bytes, size));
        size = 0;
        return taken;
    }

    @SuppressWarnings("deprecation") // The one way to copy ASCII out of a string without an array in between.
    private void plain(String text, int from, int to) {
        if (to > from) {
            room(to - from);
            text.getBytes(from, to, bytes, size);
            size += to - from;
        }
    }

    private void escaped(char c) {
        put((byte) '\\');
        switch (c) {
            case '"', '\\' -> put((byte) c);
            case '\n' -> put((byte) 'n');
            case '\r' -> put((byte) 'r');
            case '\t' -> put((byte) 't');
            default -> {
                raw("u00");
                put(HEX[c >> 4]);
                put(HEX[c & 15]);
            }
        }
    }

    private void raw(byte[] some, int from, int length) {
        room(length);
        System.arraycopy(some, from, bytes, size, length);
        size += length;
    }

    private void put(byte b) {
        room(1);
        bytes[size++] = b;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
