package dev.sluice.quota;

import dev.sluice.model.Budget.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/** Where days, ISO weeks and months begin and end, in UTC, where a day has 24 hours. */
final class BudgetPeriods {

    /** How many kinds of period there are. */
    static final int COUNT = 4;

    private BudgetPeriods() {}

    /** The place of a kind in arrays, from 0. */
    static int index(Period per) {
        return switch (per) {
            case DAY -> 0;
            case WEEK -> 1;
            case MONTH -> 2;
            case LIFETIME -> 3;
        };
    }

    /** When the period of a moment began, in milliseconds since 1970; {@link Long#MIN_VALUE} for a lifetime. */
    static long start(Period per, long epochMillis) {
        return per == Period.LIFETIME ? Long.MIN_VALUE : millis(first(per, epochMillis));
    }

    /** When the next one begins; {@link Long#MAX_VALUE} for a lifetime. */
    static long end(Period per, long epochMillis) {
        LocalDate first = first(per, epochMillis);
        return switch (per) {
            case DAY -> millis(first.plusDays(1));
            case WEEK -> millis(first.plusWeeks(1));
            case MONTH -> millis(first.plusMonths(1));
            case LIFETIME -> Long.MAX_VALUE;
        };
    }

    private static LocalDate first(Period per, long epochMillis) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC);
        return switch (per) {
            case DAY, LIFETIME -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    private static long millis(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
}
