package dev.sluice.testkit.mock;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** How a stream's bytes are grouped into writes. */
public enum WriteSize {
    /** One write for each event. */
    BY_FRAME,
    /** One write for each byte, which also splits characters. */
    BY_BYTE,
    /** One write for the whole stream. */
    AT_ONCE;

    List<Buffer> slices(List<String> frames) {
        if (this == BY_FRAME) {
            return frames.stream().map(Buffer::buffer).toList();
        }
        Buffer all = Buffer.buffer(String.join("", frames));
        if (this == AT_ONCE) {
            return List.of(all);
        }
        List<Buffer> bytes = new ArrayList<>();
        for (int i = 0; i < all.length(); i++) {
            bytes.add(all.getBuffer(i, i + 1));
        }
        return bytes;
    }
}
