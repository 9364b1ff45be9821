package dev.sluice.faults;

/** What the client sees. */
enum View {
    /** The faulty provider's answer, whole and right. */
    ANSWER,
    /** The other target's answer, whole and right, in the same request. */
    SAVED,
    /** An HTTP error in the client's envelope. */
    REFUSED,
    /** A stream that ends in the client's own error event, without its terminal marker. */
    BROKEN
}
