package dev.sluice.model;

/** How a stream ended. There is exactly one per stream. */
public sealed interface StreamEnd {

    /** The dialect's terminal marker was seen. */
    record Complete(Usage usage) implements StreamEnd {}

    /** The provider failed after the stream began; the client is told so in its own protocol. */
    record Failed(GatewayError error, Usage usage) implements StreamEnd {}

    /** Nobody wants the rest. */
    record Cancelled(CancelCause cause, Usage usage) implements StreamEnd {}

    Usage usage();
}
