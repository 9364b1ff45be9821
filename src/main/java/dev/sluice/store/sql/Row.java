package dev.sluice.store.sql;

import java.time.Instant;

/** A row of a result. Columns are numbered from 0, times are milliseconds since the epoch. */
public final class Row {

    private final Object[] values;

    Row(Object[] values) {
        this.values = values;
    }

    /** Null when the column is null. */
    public String text(int column) {
        return (String) values[column];
    }

    /** 0 when the column is null. Accepts decimals, since sums may be decimals. */
    public long number(int column) {
        return values[column] == null ? 0 : ((Number) values[column]).longValue();
    }

    /** 0 when the column is null. */
    public double real(int column) {
        return values[column] == null ? 0 : ((Number) values[column]).doubleValue();
    }

    /** Null when the column is null. */
    public Instant time(int column) {
        return values[column] == null ? null : Instant.ofEpochMilli(number(column));
    }

    public boolean isNull(int column) {
        return values[column] == null;
    }
}
