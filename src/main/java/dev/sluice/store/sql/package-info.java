/**
 * SQL access to SQLite and PostgreSQL: futures, positional parameters, transactions and schema migrations. The
 * statements are constant and valid on both engines; values are always bound.
 */
package dev.sluice.store.sql;
