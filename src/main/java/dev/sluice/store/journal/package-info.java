/**
 * The write-ahead journal of the ledger: rows survive a crash of this process as soon as {@code append} returns. The
 * store takes rows from the journal in batches and may be unreachable for a while.
 */
package dev.sluice.store.journal;
