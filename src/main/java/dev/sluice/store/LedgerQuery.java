package dev.sluice.store;

import java.time.Instant;

/**
 * A query for rows of the ledger, newest first.
 *
 * @param from start of the range, inclusive
 * @param to end of the range, exclusive
 * @param key filters by key, or null
 * @param team filters by team, or null
 * @param requestId filters by request, or null
 * @param after the last row of the previous page, or null
 * @param limit maximum number of rows
 */
public record LedgerQuery(
        Instant from, Instant to, String key, String team, String requestId, Cursor after, int limit) {

    /** The identity of a row, which also defines its position in the order. */
    public record Cursor(long id, long process) {}
}
