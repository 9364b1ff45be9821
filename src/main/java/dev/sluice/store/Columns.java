package dev.sluice.store;

import dev.sluice.model.Budget;
import dev.sluice.model.Limits;
import dev.sluice.store.sql.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conversions of the columns that keys and teams have in common: limits (5), budget (5), times. */
final class Columns {

    private Columns() {}

    static Object[] of(Object... values) {
        return values;
    }

    /** Concatenates lists of values. */
    static Object[] join(Object[]... parts) {
        List<Object> all = new ArrayList<>();
        for (Object[] part : parts) {
            all.addAll(Arrays.asList(part));
        }
        return all.toArray();
    }

    static Object[] limits(Limits limits) {
        return of(limits.rpm(), limits.tpm(), limits.inputTpm(), limits.outputTpm(), (long) limits.concurrency());
    }

    static Limits limits(Row row, int column) {
        return new Limits(
                row.number(column),
                row.number(column + 1),
                row.number(column + 2),
                row.number(column + 3),
                Math.toIntExact(row.number(column + 4)));
    }

    static Object[] budget(Budget budget) {
        return budget == null
                ? new Object[5]
                : of(
                        budget.nanoUsd(),
                        budget.period().name(),
                        budget.warnAt(),
                        budget.hard() ? 1L : 0L,
                        budget.uncounted().name());
    }

    static Budget budget(Row row, int column) {
        return row.isNull(column)
                ? null
                : new Budget(
                        row.number(column),
                        Budget.Period.valueOf(row.text(column + 1)),
                        row.real(column + 2),
                        row.number(column + 3) == 1,
                        row.isNull(column + 4)
                                ? Budget.Uncounted.REFUSE
                                : Budget.Uncounted.valueOf(row.text(column + 4)));
    }

    static Long millis(Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
