package dev.sluice.faults;

/** What follows the faulty target on the route. */
enum RouteSetting {
    /** Nothing. */
    SINGLE,
    /** A healthy target. */
    FALLBACK,
    /** A healthy target, on a route that holds streams back to their end. */
    HELD
}
