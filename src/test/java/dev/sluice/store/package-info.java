/** The store's promises, on both engines: real SQLite files and a real PostgreSQL. */
package dev.sluice.store;
