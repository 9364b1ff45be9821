package dev.sluice.store;

import java.time.Instant;

/**
 * Which rows of the ledger, the newest first.
 *
 * @param from the first moment, including it
 * @param to the last moment, without it
 * @param key only of this key, or null
 * @param team only of this team, or null
 * @param requestId only of this request, or null
 * @param after the last row of the page before, or null
 * @param limit most rows
 */
public record LedgerQuery(
        Instant from, Instant to, String key, String team, String requestId, Cursor after, int limit) {

    /** The name of a row, which is its place, too. */
    public record Cursor(long id, long process) {}
}
