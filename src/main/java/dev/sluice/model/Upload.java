package dev.sluice.model;

import java.nio.file.Path;

/**
 * A body that lies in a file, because it may be too large for memory and must be sent again when a target fails.
 *
 * @param length in bytes
 * @param modelStart where the model's name begins, or -1 when it is not to be replaced
 * @param modelEnd after its last byte
 */
public record Upload(Path file, long length, long modelStart, long modelEnd) {}
