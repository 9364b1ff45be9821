package dev.sluice.binding;

/** A number of bytes, written {@code 512}, {@code 64KiB}, {@code 20MiB} or {@code 1GiB}. */
public record ByteSize(long bytes) {}
