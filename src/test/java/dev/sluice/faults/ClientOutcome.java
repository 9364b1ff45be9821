package dev.sluice.faults;

/** The outcome of a request for the client. */
enum ClientOutcome {
    /** The complete response of the faulty provider. */
    ANSWER,
    /** The complete response of the fallback target, in the same request. */
    SAVED,
    /** An HTTP error in the client's envelope. */
    REFUSED,
    /** A stream that ends in the client's own error event, without its terminal marker. */
    BROKEN
}
