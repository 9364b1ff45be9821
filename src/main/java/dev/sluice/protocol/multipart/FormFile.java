package dev.sluice.protocol.multipart;

/**
 * A file in a multipart form.
 *
 * @param type its content type as the form says, or null
 * @param start position of its first byte from the start of the body
 * @param end position after its last byte
 */
public record FormFile(String name, String type, long start, long end) {}
