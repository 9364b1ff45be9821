package dev.sluice.model;

/**
 * A row of the ledger and its name, which the journal gave it: a row that is carried there twice is known by it. The
 * request's id does not name it, since clients may choose that.
 *
 * @param id grows with time: when the attempt began, and a number within that millisecond
 * @param process random for each run of a gateway, and one more with each million of its rows
 */
public record LedgerRow(long id, long process, AttemptRecord attempt) {

    private static final int NUMBER_BITS = 20;

    /**
     * Both parts together hold all of the number, so that no two rows of a run share a name, whenever they began and
     * ended.
     *
     * @param run random
     * @param number another for each row of the run
     */
    public static LedgerRow of(AttemptRecord attempt, long run, long number) {
        long id = firstId(attempt.startEpochMillis()) | number & (1 << NUMBER_BITS) - 1;
        return new LedgerRow(id, run + (number >>> NUMBER_BITS), attempt);
    }

    /** What is at or after that moment has this id or a greater one, what is before it has a smaller one. */
    public static long firstId(long epochMillis) {
        return epochMillis << NUMBER_BITS;
    }
}
