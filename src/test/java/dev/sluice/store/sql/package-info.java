/** The schema's history, and how SQL is written. */
package dev.sluice.store.sql;
