package dev.sluice.model;

/** The end of a stream. Each stream has exactly one. */
public sealed interface StreamEnd {

    /** The protocol's terminal marker was received. */
    record Complete(Usage usage) implements StreamEnd {}

    /** The provider failed after the stream started; the client gets an error in its own protocol. */
    record Failed(GatewayError error, Usage usage) implements StreamEnd {}

    /** The stream was cancelled. */
    record Cancelled(CancelCause cause, Usage usage) implements StreamEnd {}

    Usage usage();
}
