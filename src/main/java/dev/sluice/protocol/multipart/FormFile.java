package dev.sluice.protocol.multipart;

/**
 * A file in a multipart form.
 *
 * @param type the content type given in the form, or null
 * @param start position of the file's first byte from the start of the body
 * @param end position after its last byte
 */
public record FormFile(String name, String type, long start, long end) {}
