package dev.sluice.protocol.sse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes server-sent events into one buffer. */
public final class EventBytes {

    private static final byte[] EVENT = bytes("event: ");
    private static final byte[] DATA = bytes("data: ");
    private static final byte[] HEX = bytes("0123456789abcdef");

    private byte[] bytes = new byte[512];
    private int size;

    private final OutputStream stream = new OutputStream() {
        @Override
        public void write(int b) {
            append((byte) b);
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
            Json.EVENTS.writeValue(stream, data);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        append((byte) '\n');
        append((byte) '\n');
    }

    /** {@code event: name} and {@code data: …} */
    public void event(String name, JsonNode data) {
        raw(EVENT);
        ascii(name);
        append((byte) '\n');
        data(data);
    }

    /** Appends whole events or comments unchanged. */
    public void raw(String text) {
        raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends ASCII unchanged, possibly a part of an event. Allocates no array. */
    public void ascii(String text) {
        plain(text, 0, text.length());
    }

    /** Appends bytes unchanged, possibly a part of an event. */
    public void raw(byte[] some) {
        raw(some, 0, some.length);
    }

    /** Appends bytes unchanged, possibly a part of an event. */
    public void raw(ByteSlice some) {
        raw(some.array(), some.offset(), some.length());
    }

    /**
     * Appends a JSON string with its quotes. A single half of a surrogate pair is escaped, because its other half may
     * follow in the next delta.
     */
    public void quoted(String text) {
        append((byte) '"');
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                continue;
            }
            plain(text, from, i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                pair(Character.toCodePoint(c, text.charAt(++i)));
            } else if (c >= 0x7f && !Character.isSurrogate(c)) {
                wide(c);
            } else {
                escaped(c);
            }
            from = i + 1;
        }
        plain(text, from, text.length());
        append((byte) '"');
    }

    /** Appends a whole number in decimal. */
    public void number(long value) {
        if (value >= 0 && value < 10) {
            append((byte) ('0' + value));
            return;
        }
        String digits = Long.toString(value);
        ascii(digits);
    }

    /** Returns and removes the bytes written since the last call. */
    public ByteSlice drain() {
        if (size == 0) {
            return ByteSlice.EMPTY;
        }
        ByteSlice drained = ByteSlice.of(Arrays.copyOf(bytes, size));
        size = 0;
        return drained;
    }

    @SuppressWarnings("deprecation") // The only way to copy ASCII out of a string without an intermediate array.
    private void plain(String text, int from, int to) {
        if (to > from) {
            room(to - from);
            text.getBytes(from, to, bytes, size);
            size += to - from;
        }
    }

    /** A character of the basic plane in two or three bytes, or 0x7f in one. */
    private void wide(char c) {
        room(3);
        if (c < 0x80) {
            bytes[size++] = (byte) c;
            return;
        }
        if (c < 0x800) {
            bytes[size++] = (byte) (0xc0 | c >> 6);
        } else {
            bytes[size++] = (byte) (0xe0 | c >> 12);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
        }
        bytes[size++] = (byte) (0x80 | c & 0x3f);
    }

    private void pair(int codePoint) {
        room(4);
        bytes[size++] = (byte) (0xf0 | codePoint >> 18);
        bytes[size++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
        bytes[size++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        bytes[size++] = (byte) (0x80 | codePoint & 0x3f);
    }

    private void escaped(char c) {
        append((byte) '\\');
        switch (c) {
            case '"', '\\' -> append((byte) c);
            case '\n' -> append((byte) 'n');
            case '\r' -> append((byte) 'r');
            case '\t' -> append((byte) 't');
            default -> {
                append((byte) 'u');
                append(HEX[c >> 12]);
                append(HEX[c >> 8 & 15]);
                append(HEX[c >> 4 & 15]);
                append(HEX[c & 15]);
            }
        }
    }

    private void raw(byte[] some, int from, int length) {
        room(length);
        System.arraycopy(some, from, bytes, size, length);
        size += length;
    }

    private void append(byte b) {
        room(1);
        bytes[size++] = b;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
