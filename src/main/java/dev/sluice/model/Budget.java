package dev.sluice.model;

import java.math.BigDecimal;

/**
 * A budget: how much may be spent in a period.
 *
 * @param nanoUsd in billionths of a US dollar
 * @param period after which it is reset, at midnight UTC
 * @param warnAt spent share from which callers are warned
 * @param hard whether a request that might exceed it is refused; otherwise it is admitted with a warning
 */
public record Budget(long nanoUsd, Period period, double warnAt, boolean hard) {

    private static final int NANO_DIGITS = 9;

    /** Formats an amount in US dollars without trailing zeros: {@code 0.0001234}. */
    public static String usd(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }

    /** A day, an ISO week (from Monday), a calendar month, or forever. */
    public enum Period {
        DAY,
        WEEK,
        MONTH,
        LIFETIME
    }
}
