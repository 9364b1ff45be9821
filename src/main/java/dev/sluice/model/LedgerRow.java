package dev.sluice.model;

/**
 * A row of the ledger with its identity, assigned by the journal, by which a second copy of a row is detected. The
 * request's id cannot serve for that, since clients may choose it.
 *
 * @param id increases with time: the start of the attempt, and a number within that millisecond
 * @param process random for each run of a gateway, plus one for each million of its rows
 */
public record LedgerRow(long id, long process, AttemptRecord attempt) {

    private static final int NUMBER_BITS = 20;

    /**
     * Both parts together contain the whole number, so that no two rows of a run have the same identity, whenever they
     * started.
     *
     * @param run random number of this run
     * @param number sequence number of the row within the run
     */
    public static LedgerRow of(AttemptRecord attempt, long run, long number) {
        long id = firstId(attempt.startEpochMillis()) | number & (1 << NUMBER_BITS) - 1;
        return new LedgerRow(id, run + (number >>> NUMBER_BITS), attempt);
    }

    /** The smallest id of rows at or after the given time. */
    public static long firstId(long epochMillis) {
        return epochMillis << NUMBER_BITS;
    }
}
