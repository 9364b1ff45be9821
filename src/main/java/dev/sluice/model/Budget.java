package dev.sluice.model;

import java.math.BigDecimal;

/**
 * A budget: how much may be spent in a period.
 *
 * @param nanoUsd in billionths of a US dollar
 * @param period after which it is reset, at midnight UTC
 * @param warnAt spent share from which callers are warned
 * @param hard whether a request that might exceed it is refused; otherwise it is admitted with a warning
 * @param uncounted whether a hard budget admits requests whose cost cannot be counted
 */
public record Budget(long nanoUsd, Period period, double warnAt, boolean hard, Uncounted uncounted) {

    private static final int NANO_DIGITS = 9;

    /** A budget that, if hard, refuses what cannot be counted. */
    public Budget(long nanoUsd, Period period, double warnAt, boolean hard) {
        this(nanoUsd, period, warnAt, hard, Uncounted.REFUSE);
    }

    /** Whether requests are refused because their cost cannot be counted. */
    public boolean refusesUncounted() {
        return hard && uncounted == Uncounted.REFUSE;
    }

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

    /** What a hard budget does with a request whose cost is unknown before it is sent, and perhaps afterwards. */
    public enum Uncounted {
        REFUSE,
        ALLOW
    }
}
