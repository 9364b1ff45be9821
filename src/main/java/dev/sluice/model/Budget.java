package dev.sluice.model;

import java.math.BigDecimal;

/**
 * How much money somebody may spend.
 *
 * @param nanoUsd in billionths of a US dollar
 * @param period after which time it begins anew, at midnight UTC
 * @param warnAt share of it from which callers are warned
 * @param hard whether a request that might exceed it is refused; else it is let through with a warning
 */
public record Budget(long nanoUsd, Period period, double warnAt, boolean hard) {

    private static final int NANO_DIGITS = 9;

    /** US dollars, as few digits as tell it: {@code 0.0001234}. */
    public static String usd(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }

    /** A day, an ISO week (from Monday), a calendar month, or for good. */
    public enum Period {
        DAY,
        WEEK,
        MONTH,
        LIFETIME
    }
}
