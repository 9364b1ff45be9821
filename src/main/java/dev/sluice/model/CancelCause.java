package dev.sluice.model;

/** Why an exchange was cancelled. The names are log and metric labels. */
public enum CancelCause {
    CLIENT_GONE,
    DEADLINE,
    DRAIN,
    /** Another attempt responded first. */
    HEDGED,
    /** The rest of the stream is not used: a rule cannot read it, or a resumed stream diverged. */
    UNUSABLE,
    /** A bug of Sluice ended the exchange. */
    INTERNAL;

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
