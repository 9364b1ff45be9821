package dev.sluice.model;

/** Why an exchange was given up before its end. The names are log and metric labels. */
public enum CancelCause {
    CLIENT_GONE,
    DEADLINE,
    DRAIN;

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
