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

    /** Names a row and its place. */
    public record Cursor(long startEpochMillis, String requestId, int attempt) {}
}
