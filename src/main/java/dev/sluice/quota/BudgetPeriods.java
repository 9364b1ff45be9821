package dev.sluice.quota;

import dev.sluice.model.Budget.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/** Starts and ends of days, ISO weeks and months in UTC. */
final class BudgetPeriods {

    /** Number of periods. */
    static final int COUNT = 4;

    private BudgetPeriods() {}

    /** The index of a period in arrays, from 0. */
    static int index(Period period) {
        return switch (period) {
            case DAY -> 0;
            case WEEK -> 1;
            case MONTH -> 2;
            case LIFETIME -> 3;
        };
    }

    /** Start of the period at a time, in milliseconds since 1970; {@link Long#MIN_VALUE} for a lifetime. */
    static long start(Period period, long epochMillis) {
        return period == Period.LIFETIME ? Long.MIN_VALUE : millis(first(period, epochMillis));
    }

    /** End of the period at a time, which is the start of the next; {@link Long#MAX_VALUE} for a lifetime. */
    static long end(Period period, long epochMillis) {
        LocalDate first = first(period, epochMillis);
        return switch (period) {
            case DAY -> millis(first.plusDays(1));
            case WEEK -> millis(first.plusWeeks(1));
            case MONTH -> millis(first.plusMonths(1));
            case LIFETIME -> Long.MAX_VALUE;
        };
    }

    private static LocalDate first(Period period, long epochMillis) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC);
        return switch (period) {
            case DAY, LIFETIME -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    private static long millis(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
}
