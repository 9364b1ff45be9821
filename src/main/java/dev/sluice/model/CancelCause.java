package dev.sluice.model;

/** Why an exchange was cancelled. The names are log and metric labels. */
public enum CancelCause {
    CLIENT_GONE,
    DEADLINE,
    DRAIN,
    /** The response of the attempt is not used: another attempt was first, or a resumed stream diverged. */
    HEDGED,
    /** A bug of Sluice ended the exchange. */
    INTERNAL;

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
