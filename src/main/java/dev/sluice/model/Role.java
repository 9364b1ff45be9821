package dev.sluice.model;

/** What somebody may do at the admin listener; each includes the one before. */
public enum Role {
    /** Nothing. */
    NONE,
    /** Reads everything but secrets. */
    VIEWER,
    /** Runs the gateway: breakers, drains, reloads, checks. */
    OPERATOR,
    /** Makes and changes keys, teams and budgets. */
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
