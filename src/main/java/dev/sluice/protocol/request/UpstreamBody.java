package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import java.util.List;

/**
 * The encoded request body of one attempt.
 *
 * @param parts the body's bytes in order, most of them views of the client's bytes
 * @param dropped the dropped parameters by name; renamed ones as {@code from->to}
 */
public record UpstreamBody(List<ByteSlice> parts, List<String> dropped) {

    public int length() {
        int length = 0;
        for (ByteSlice part : parts) {
            length += part.length();
        }
        return length;
    }

    public ByteSlice joined() {
        byte[] bytes = new byte[length()];
        int at = 0;
        for (ByteSlice part : parts) {
            System.arraycopy(part.array(), part.offset(), bytes, at, part.length());
            at += part.length();
        }
        return ByteSlice.of(bytes);
    }
}
