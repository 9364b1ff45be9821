/**
 * One way to speak SQL to SQLite and to PostgreSQL: futures, positional parameters, transactions, and the migrations
 * that make the schema. The SQL itself is what both engines understand, and constant: values are always bound.
 */
package dev.sluice.store.sql;
