package dev.sluice.model;

import java.util.Locale;

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

    /** As the config, the API and tokens write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
