package dev.sluice.faults;

/** What stands behind the faulty target. */
enum Setting {
    /** Nothing. */
    ALONE,
    /** A target that is well. */
    BESIDE,
    /** The same, on a route that holds streams back to their end. */
    HELD
}
