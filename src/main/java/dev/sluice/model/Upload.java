package dev.sluice.model;

import java.nio.file.Path;

/**
 * A request body stored in a file, because it may be too large for memory and is sent again on failover.
 *
 * @param length length in bytes
 * @param modelStart position of the model's name, or -1 when it is not replaced
 * @param modelEnd position after the last byte of the model's name
 */
public record Upload(Path file, long length, long modelStart, long modelEnd) {}
