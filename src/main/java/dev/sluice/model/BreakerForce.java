package dev.sluice.model;

/** An operator's override of a provider's breakers. */
public enum BreakerForce {
    /** Forced open: no request is sent to the provider, not even as a last resort. */
    OPEN,
    /** Forced closed: failures are recorded but do not open a breaker. */
    CLOSED,
    /** No override: the breaker's policy decides. */
    AUTO
}
