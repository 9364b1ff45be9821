package dev.sluice.protocol.multipart;

/**
 * A plain field of a multipart form.
 *
 * @param start position of the value's first byte from the start of the body
 * @param end position after its last byte
 */
public record FormField(String name, String value, long start, long end) {

    /** Omits the value, which may be a prompt. */
    @Override
    public String toString() {
        return name + " at " + start + "-" + end;
    }
}
