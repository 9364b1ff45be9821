package dev.sluice.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A request body stored in a file, because it may be too large for memory and is sent again on failover.
 *
 * @param length length in bytes
 * @param parts the parts of the form in their order; empty when the body is passed on unread
 * @param fields the values of the plain fields that Sluice acts on, by name; never a prompt
 */
public record Upload(Path file, long length, List<Part> parts, Map<String, String> fields) {

    /** A body that is passed on unread. */
    public static Upload unread(Path file, long length) {
        return new Upload(file, length, List.of(), Map.of());
    }

    /** The same body with other parts. */
    public Upload withParts(List<Part> others) {
        return new Upload(file, length, others, fields);
    }

    /** The kinds of parts. */
    public enum PartKind {
        /** A plain field in UTF-8. */
        TEXT,
        /** A plain field with a transfer encoding or another charset. */
        ENCODED_TEXT,
        FILE
    }

    /**
     * One part of a multipart form, as positions from the start of the body.
     *
     * @param name the name of its field
     * @param start position of its boundary line
     * @param nameStart position of the name in its header, quotes included
     * @param nameEnd position after the name
     * @param valueStart position of the value's first byte
     * @param valueEnd position after the value's last byte
     * @param replacement the text that is sent instead of the value, or null
     */
    public record Part(
            String name,
            PartKind kind,
            long start,
            long nameStart,
            long nameEnd,
            long valueStart,
            long valueEnd,
            ByteSlice replacement) {

        /** Position of the next boundary line: a line end follows the value. */
        public long end() {
            return valueEnd + 2;
        }

        /** The name of its parameter: parts named {@code x[]} are the parameter {@code x}. */
        public String parameter() {
            return name.endsWith("[]") ? name.substring(0, name.length() - 2) : name;
        }

        /** The same part with another text. */
        public Part with(ByteSlice text) {
            return new Part(name, kind, start, nameStart, nameEnd, valueStart, valueEnd, text);
        }
    }
}
