package dev.sluice.faults;

/** What follows the faulty target on the route. */
enum RouteSetting {
    /** Nothing. */
    SINGLE_TARGET,
    /** A healthy target. */
    WITH_FALLBACK,
    /** A healthy target, on a route that holds streams back to their end. */
    HELD_BACK
}
