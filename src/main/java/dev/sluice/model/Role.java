package dev.sluice.model;

import java.util.Locale;

/** Roles at the admin listener; each includes the previous one. */
public enum Role {
    /** No access. */
    NONE,
    /** Read access to everything but secrets. */
    VIEWER,
    /** Operation of the gateway: breakers, drains, reloads, checks. */
    OPERATOR,
    /** Creation and change of keys, teams and budgets. */
    ADMIN;

    /** The role as written in the configuration, the API and tokens. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
