package dev.sluice.model;

/** Why an exchange was cancelled. The names are log and metric labels. */
public enum CancelCause {
    CLIENT_GONE,
    DEADLINE,
    DRAIN,
    /** Another attempt of the same exchange responded first. */
    HEDGED;

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
