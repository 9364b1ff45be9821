/**
 * The journal: where a row of the ledger is safe from the death of this process the moment {@code append} returns. The
 * store takes the rows from here in batches and may be away for a while.
 */
package dev.sluice.store.journal;
