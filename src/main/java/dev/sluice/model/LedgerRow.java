package dev.sluice.model;

import java.time.Instant;

/**
 * A row of the ledger and its name, which the journal gave it: a row that is carried there twice is known by it. The
 * request's id does not name it, since clients may choose that.
 *
 * @param id grows with time: when the attempt began, and a number within that millisecond
 * @param process random, one for each run of a gateway
 */
public record LedgerRow(long id, long process, AttemptRecord attempt) {

    /** There may be a million rows of one process that began in the same millisecond. */
    private static final int NUMBER_BITS = 20;

    public static LedgerRow of(AttemptRecord attempt, long process, long number) {
        long id = firstId(attempt.startEpochMillis()) | number & (1 << NUMBER_BITS) - 1;
        return new LedgerRow(id, process, attempt);
    }

    /** What is at or after that moment has this id or a greater one, what is before it has a smaller one. */
    public static long firstId(Instant moment) {
        return firstId(moment.toEpochMilli());
    }

    private static long firstId(long epochMillis) {
        return epochMillis << NUMBER_BITS;
    }
}
