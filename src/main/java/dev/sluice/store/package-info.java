/**
 * Keys, teams, the ledger and the audit log, in SQLite or PostgreSQL by one set of SQL. Nothing here is asked on a
 * request's path: keys are snapshots, rows go to a journal first.
 */
package dev.sluice.store;
