package dev.sluice.model;

/**
 * How much money somebody may spend.
 *
 * @param nanoUsd in billionths of a US dollar
 * @param per after which time it begins anew, at midnight UTC
 * @param warnAt share of it from which callers are warned
 * @param hard whether a request that might exceed it is refused; else it is let through with a warning
 */
public record Budget(long nanoUsd, Period per, double warnAt, boolean hard) {

    /** A day, an ISO week (from Monday), a calendar month, or for good. */
    public enum Period {
        DAY,
        WEEK,
        MONTH,
        LIFETIME
    }
}
