/**
 * The store: keys, teams, the ledger and the audit log, in SQLite or PostgreSQL with one set of SQL statements.
 * Requests never wait for the database: keys come from snapshots, rows go to a journal first.
 */
package dev.sluice.store;
