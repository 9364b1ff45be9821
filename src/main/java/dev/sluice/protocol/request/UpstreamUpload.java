package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Upload;
import java.util.ArrayList;
import java.util.List;

/**
 * The upload of one attempt: the client's bytes, with some spans replaced.
 *
 * @param replacements in the order of the body, without overlap
 */
public record UpstreamUpload(Upload upload, List<Replacement> replacements) {

    /**
     * A span of the client's bytes and the bytes that are sent instead.
     *
     * @param start position of the span's first byte from the start of the body
     * @param end position after its last byte
     */
    public record Replacement(long start, long end, ByteSlice bytes) {}

    /** The number of bytes that are sent. */
    public long length() {
        long length = upload.length();
        for (Replacement each : replacements) {
            length += each.bytes().length() - (each.end() - each.start());
        }
        return length;
    }

    /** Replaces spans of a body in memory. All other bytes are views of the body. */
    public static List<ByteSlice> replace(ByteSlice body, List<Replacement> replacements) {
        List<ByteSlice> parts = new ArrayList<>(2 * replacements.size() + 1);
        int copied = 0;
        for (Replacement each : replacements) {
            add(parts, body.array(), body.offset() + copied, body.offset() + (int) each.start());
            add(parts, each.bytes().array(), each.bytes().offset(), each.bytes().end());
            copied = (int) each.end();
        }
        add(parts, body.array(), body.offset() + copied, body.end());
        return parts;
    }

    private static void add(List<ByteSlice> parts, byte[] bytes, int from, int to) {
        if (from < to) {
            parts.add(new ByteSlice(bytes, from, to - from));
        }
    }
}
