package dev.sluice.faults;

/** The outcome of a request for the client. */
enum ClientOutcome {
    /** The complete response of the faulty provider. */
    RESPONSE,
    /** The complete response of the fallback target, in the same request. */
    FAILED_OVER,
    /** An HTTP error in the client's envelope. */
    ERROR,
    /** A stream that ends in the client's own error event, without its terminal marker. */
    BROKEN_STREAM
}
