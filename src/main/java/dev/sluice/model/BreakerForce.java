package dev.sluice.model;

/** What an operator makes of a provider's breakers. */
public enum BreakerForce {
    /** Held open: nobody asks the provider, not even as a last resort. */
    OPEN,
    /** Held closed: failures are recorded but open nothing. */
    CLOSED,
    /** The rule decides. */
    AUTO
}
