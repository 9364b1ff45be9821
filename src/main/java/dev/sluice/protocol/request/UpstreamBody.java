package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Strictness;
import java.util.List;

/**
 * The encoded request body of one attempt.
 *
 * @param parts the body's bytes in order, most of them views of the client's bytes
 * @param dropped the dropped parameters by name; renamed ones as {@code from->to}
 * @param lost those of them without which the response means something else
 */
public record UpstreamBody(List<ByteSlice> parts, List<String> dropped, List<String> lost) {

    /** A body that passes: members were dropped or renamed by configuration. */
    public UpstreamBody(List<ByteSlice> parts, List<String> dropped) {
        this(parts, dropped, MeaningfulParameters.of(dropped));
    }

    /** The dropped parameters that make the request fail. */
    public List<String> refusedAt(Strictness strictness) {
        return switch (strictness) {
            case OFF -> List.of();
            case MEANING -> lost;
            case ALL -> dropped;
        };
    }

    public int length() {
        int length = 0;
        for (ByteSlice part : parts) {
            length += part.length();
        }
        return length;
    }

    public ByteSlice joined() {
        return ByteSlice.joined(parts);
    }
}
