package dev.sluice.model;

import java.nio.file.Path;
import java.util.List;

/**
 * A request body stored in a file, because it may be too large for memory and is sent again on failover.
 *
 * @param length length in bytes
 * @param parts the parts of the form in their order; empty when the body is passed on unread
 */
public record Upload(Path file, long length, List<Part> parts) {

    /**
     * One part of a multipart form, as positions from the start of the body.
     *
     * @param name the name of its field
     * @param start position of its boundary line
     * @param nameStart position of the name in its header, quotes included
     * @param nameEnd position after the name
     * @param valueStart position of the value's first byte
     * @param valueEnd position after the value's last byte
     */
    public record Part(String name, long start, long nameStart, long nameEnd, long valueStart, long valueEnd) {

        /** Position of the next boundary line: a line end follows the value. */
        public long end() {
            return valueEnd + 2;
        }
    }
}
